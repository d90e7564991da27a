"""Organisations that publish, what they sent, and their feeds."""
