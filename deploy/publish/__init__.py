"""The partner's client: ``buendnisbus publish`` reads files and brings them to the bus."""
