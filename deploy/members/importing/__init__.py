"""The import of members, people, meetings, attendance and contributions from tables as offices keep them."""
