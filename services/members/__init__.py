"""Membership: organisations, people, meetings, contributions, goals, and how active everybody is."""
