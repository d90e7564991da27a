"""From the facts of papers to what clients see. Pure functions."""

from collections.abc import Mapping

from services.gateway.common.documents import Document


def charter_item(fact: Document, members: Mapping[str, tuple[str, bool]], count: int) -> Document:
    """A paper with all editions, and who agreed to the latest.

    ``members``: those among the organisations that agreed that are members now, with their name and whether everyone
    may see that they are; ``count``: how many members there are.
    """
    latest = fact["editions"][-1]
    agreed = [one for one in fact["assents"] if one["edition"] == latest["number"] and one["organisation"] in members]
    named = [
        {"id": one["organisation"], "name": members[one["organisation"]][0], "on": one["on"]}
        for one in agreed
        if members[one["organisation"]][1]
    ]
    return {
        "id": fact["id"],
        "version": fact["version"],
        "kind": fact["kind"],
        "latest": latest,
        "editions": [{name: edition[name] for name in edition if name != "text"} for edition in fact["editions"]],
        "assent": {
            "edition": latest["number"],
            "members": len(agreed),
            "of": count,
            "by": sorted(named, key=lambda one: (one["name"].casefold(), one["id"])),
        },
        "updated_at": fact["updated_at"],
    }
