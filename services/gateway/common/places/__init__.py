"""Places, and where somebody looks."""
