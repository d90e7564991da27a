"""From the facts of members to what clients see: everyone, members, the office. Pure functions."""

from collections.abc import Iterable
from typing import Final

from services.gateway.common.documents import Document
from shared.language import Language

_ITEM: Final = ("id", "name", "status", "areas", "topics", "kinds", "languages", "description", "url", "response_days")
_OWN: Final = ("listed", "proposed", "applied_on", "admission", "declined_because", "left_on", "confirmation")
_UNCONFIRMED: Final = {
    "code": "unconfirmed",
    "detail": "It stays active until the coordination office has decided otherwise.",
    "values": {},
}


def member_item(fact: Document, language: Language) -> Document:
    """A member as the directory shows it. ``reasons``: why its status is what it is."""
    admission = fact["admission"] or {}
    return {
        **{name: fact[name] for name in _ITEM},
        "takes": fact.get("takes"),  # facts from before it could be said do not have it
        "reasons": reasons(fact, language),
        "unless": _unless(fact, language),
        "since": admission.get("on"),
    }


def member_detail(fact: Document, language: Language) -> Document:
    """A member as its page shows it."""
    return {
        **member_item(fact, language),
        "version": fact["version"],
        "capacity": fact["capacity"],
        "activity": _activity(fact["activity"], language),
        "thanks": fact["thanks"],
        "updated_at": fact["updated_at"],
    }


def own_member(fact: Document, language: Language) -> Document:
    """An organisation as it and the office see it, whatever its status."""
    periods = [_period(period, language) for period in fact["periods"]]
    own = {name: fact[name] for name in _OWN} | {"paused_until": fact.get("paused_until")}
    return {**member_detail(fact, language), **own, "periods": periods}


def on_day(fact: Document, day: str, language: Language) -> Document:
    """What the log says of a member's ``status`` on ``day``, and the ``reasons``; None: it was no member then."""
    period: Document | None = None
    for one in fact["periods"]:
        if one["since"] <= day:
            period = one
    if period is None or (fact["left_on"] is not None and fact["left_on"] < day):
        return {"status": None, "reasons": []}
    return {"status": period["status"], "reasons": _said(period["because"], language)}


def reasons(fact: Document, language: Language) -> list[str]:
    """Why an organisation is active or passive: what the log says, or the office where it decided otherwise."""
    status, activity, confirmation = fact["status"], fact["activity"], fact["confirmation"]
    if activity is None or status not in ("active", "passive"):
        return []
    if activity["status"] == status:
        return _said(activity["because"], language)
    if confirmation and confirmation["status"] == status and confirmation["reason"]:
        return [confirmation["reason"]]
    return _said([_UNCONFIRMED], language) if fact["proposed"] else []


def _unless(fact: Document, language: Language) -> list[str]:
    """What would change the status. Where the office decided otherwise, the log tells of the opposite."""
    activity = fact["activity"]
    if activity is None or not (activity["status"] == fact["status"] or fact["proposed"]):
        return []
    return _said(activity["unless"], language)


def _activity(given: Document | None, language: Language) -> Document | None:
    if given is None:
        return None
    return {
        "status": given["status"],
        "as_of": given["as_of"],
        "reasons": _said(given["because"], language),
        "until": given["until"],
        "unless": _said(given["unless"], language),
    }


def _period(given: Document, language: Language) -> Document:
    return {"since": given["since"], "status": given["status"], "reasons": _said(given["because"], language)}


def _said(explanations: Iterable[Document], language: Language) -> list[str]:
    return [language.explanation(one) for one in explanations]
