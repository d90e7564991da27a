"""Partners' iCalendar feeds: how they are fetched."""
