"""Tables as offices keep them: any delimiter and encoding, headings in two languages, dates as people write them."""
