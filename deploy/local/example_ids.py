"""Ids of examples, the same each time, so that making them again changes nothing."""

from uuid import NAMESPACE_URL, uuid5


def example_id(what: str, key: str) -> str:
    """The id of an example: ``key`` tells it from others of its kind."""
    return str(uuid5(NAMESPACE_URL, f"urn:buendnisbus:examples:{what}:{key}"))
