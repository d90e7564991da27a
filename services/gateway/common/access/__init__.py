"""Who may do what: keys, sessions, callers."""
