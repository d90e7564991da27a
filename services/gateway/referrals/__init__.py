"""Requests for help: who asked, who cares for them, and how they stand."""
