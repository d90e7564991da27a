"""Tables as offices keep them: any delimiter and encoding, German or English headings, dates as people write them."""
