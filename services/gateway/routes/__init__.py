"""The HTTP face, by resource."""
