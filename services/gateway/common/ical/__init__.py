"""iCalendar as it is written."""
