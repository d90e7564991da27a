"""What every service shares: the envelope, the contracts and the way messages come in and go out."""
