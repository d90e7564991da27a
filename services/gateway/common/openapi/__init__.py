"""How the interface describes itself, as ``/openapi.json``: each route says what is its own, all else is said here."""
