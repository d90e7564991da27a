"""Changes of events as they happen."""
