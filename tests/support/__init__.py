"""What tests share: the platform they run on, and how to talk to it."""
