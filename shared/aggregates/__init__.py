"""Aggregates whose state is their newest fact: loaded and locked, decided on, stored and published (record 0023)."""
