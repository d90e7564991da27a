"""Writes that are taken, and what became of them."""
