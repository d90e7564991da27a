"""Meetings, their minutes and their calendar."""
