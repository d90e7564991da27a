"""Pages for people: a client of the gateway."""
