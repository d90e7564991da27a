"""Reading iCalendar (RFC 5545) into submissions: for files of the command line and for fetched feeds alike."""
