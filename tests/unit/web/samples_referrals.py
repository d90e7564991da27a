"""Requests for help as the gateway shows them, and all pages of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from services.gateway.common.http.language import negotiate
from services.gateway.referrals import documents
from services.web.common.forms import Typed
from services.web.common.frame import Frame
from services.web.referrals import (
    asking,
    asking_pages,
    concern_pages,
    figure_pages,
    office_pages,
    own_pages,
    pages,
    white_spot_pages,
)
from services.web.referrals.asking_pages import Asking
from services.web.referrals.office_pages import Wanted
from services.web.referrals.pages import Sent
from shared.language import Language

REFERRAL = "6b1f0c9e-7777-4222-8333-444455556666"
FRAME = Frame("t" * 64, "k" * 16, 3, members_waiting=2, referrals_waiting=1)
NAMES = {
    "treff": {"id": "treff", "name": "Interkultureller Treff e. V."},
    "chor": {"id": "chor", "name": "Chor der Stadt"},
}
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
LINK, ANSWER = "/v1/referrals/abc", "/v1/answers/def"
NETWORKS: list[dict[str, Any]] = [
    {"id": "treff", "name": "Treff", "reasons": ["Zwickau gehört zu ihrem Gebiet"]},
    {"id": "chor", "name": "Chor der Stadt", "reasons": ["Integration"]},
]
MODERATORS: list[dict[str, Any]] = [
    {
        "id": None,
        "name": "Jemand mit Moderationsausbildung",
        "reasons": ["Kann in Werdau gefragt werden, 9 km entfernt"],
    },
]
TWO_PLACES = ({"name": "Meerane", "postal_codes": ["08393"]}, {"name": "Schönberg", "postal_codes": ["08393"]})
WHITE_SPOTS: list[dict[str, Any]] = [
    {"place": {"ags": ags, "name": name}, "topic": topic, "networks": networks, "unanswered": unanswered}
    for ags, name, topic, networks, unanswered in (
        ("14524080", "Glauchau", "demokratie", 2, 7),
        ("14524080", "Glauchau", "integration", 0, None),
        ("14524330", "Zwickau", "integration", 0, None),
    )
]
NETWORK_FIGURES: dict[str, Any] = {
    "network": NAMES["treff"],
    **dict.fromkeys(("asked", "open", "accepted", "declined", "unanswered"), 7),
    "kept": 0.875,
    "hours": None,
}
AREA_FIGURES: list[dict[str, Any]] = [
    {
        "area": {"level": level, "key": key, "name": name},
        **dict.fromkeys(("asked", "open", "waiting", "escalated", "accepted", "unanswered"), number),
        "kept": None,
        "hours": 30.5,
    }
    for level, key, name, number in (
        ("all", None, None, 19),
        ("district", "14524", None, 19),
        ("municipality", "14524330", "Zwickau", None),
        ("municipality", "14999999", None, 0),
    )
]
COMING: list[dict[str, Any]] = [
    {
        "id": f"6b1f0c9e-7777-4222-8333-44445555666{number}",
        "title": title,
        "starts_at": f"2026-12-1{number}T18:00:00+01:00",
        "place": place,
        "low_threshold": low_threshold,
    }
    for number, title, place, low_threshold in (
        (1, "Offenes Café", {"municipality": "Zwickau", "resolved": None}, True),
        (0, "Vortrag", None, False),
    )
]
CONCERN: dict[str, Any] = {
    "text": "An der Haltestelle kleben Sticker.",
    "place": {"ags": "14524330", "name": "Zwickau"},
    "topics": ["demokratie"],
    "help": [{"name": "Telefonseelsorge", "phone": "0800 1110111", "hours": None}],
    "coming": COMING,
    "erased": False,
}
STATES = ("routed", "waiting", "escalated", "accepted", "in-progress", "asked-back", "held")
ENDS = ("fulfilled", "closed", "cancelled")


def fact(**changed: Any) -> dict[str, Any]:
    """The fact of a request about which a network is asked, or which it has accepted, as its state says."""
    because = [{"code": "area-municipality", "detail": "Zwickau is part of its area", "values": {"place": "Zwickau"}}]
    assignment = {
        "network": "treff",
        "at": "2026-11-23T09:12:00.000Z",
        "because": because,
        "due": "2026-11-30T23:00:00.000Z",
        "answer": "accepted" if changed.get("state") in ("accepted", "in-progress", "fulfilled") else None,
    }
    return {
        "id": REFERRAL,
        "version": 3,
        "kind": "offer-help",
        "ags": "14524330",
        "topics": ["integration"],
        "languages": ["de", "ar"],
        "state": "routed",
        "network": "treff",
        "assignments": [assignment],
        "due": "2026-11-30T23:00:00.000Z",
        "by": "citizen",
        "closed_because": None,
        "history": [{"state": "routed", "at": "2026-11-23T23:30:00.000Z", "network": "treff"}],
        "created_at": "2026-11-23T09:12:00.000Z",
        "updated_at": "2026-11-24T10:00:00.000Z",
        **changed,
    }


def person(**changed: Any) -> dict[str, Any]:
    """Who asks, and what was written."""
    at = "2026-11-24T12:00:00.000Z"
    return {
        "message": "Ich habe mittwochs Zeit.\nUnd samstags.",
        "availability": "mittwochs ab 15 Uhr",
        "contact": {"name": "Renate Beispiel", "email": "renate@example.org", "phone": "0375 0000000"},
        "occasion": None,
        "notes": [
            {"kind": "question", "by": "treff", "at": at, "text": "Wann genau?"},
            {"kind": "reply", "by": "person", "at": at, "text": "Um vier."},
            {"kind": "note", "by": "office", "at": at, "text": "Bitte bald."},
        ],
        **changed,
    }


def status(language: Language, who: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """A request as whoever made it sees it."""
    return documents.status(fact(**changed), who, NAMES, negotiate(language.code), ())


def asked(language: Language, who: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """A request as the network that is asked sees it."""
    standing = str(changed.pop("standing", "open"))
    found = fact(**changed)
    others = [NAMES["chor"]]
    spoken = negotiate(language.code)
    return documents.asked(found, who, NAMES, spoken, standing=standing, others=others, answer=ANSWER)


def detail(language: Language, who: dict[str, Any] | None = None, **changed: Any) -> dict[str, Any]:
    """A request as the office sees it."""
    spoken, answer = negotiate(language.code), ANSWER if changed.get("state") not in ENDS else None
    shown = documents.detail(fact(**changed), who, NAMES, spoken, NOW, candidates=(), answer=answer, link=LINK)
    return shown | {"candidates": NETWORKS}


def board(**changed: Any) -> dict[str, Any]:
    """The office's board."""
    late = documents.item(fact(id=REFERRAL[:-1] + "7", due="2026-11-01T23:00:00.000Z"), NAMES, NOW)
    lonely = documents.item(fact(id=REFERRAL[:-1] + "8", state="waiting", network=None, due=None), NAMES, NOW)
    items = [late, documents.item(fact(), NAMES, NOW), lonely]
    return {"items": items, "next": "abc", "counts": {"routed": 2, "waiting": 1}} | changed


def public_pages(language: Language) -> Iterator[str]:
    """Every page for somebody who asks, or is asked, in its states."""
    filled = Typed(
        {"kind": "moderator", "place": "Zwickau", "message": "Bitte", "email": "falsch", "consent": "2026-11"},
        {"topics": ("integration", "x"), "languages": ("de",)},
    )
    errors = dict.fromkeys(
        ("place", "kind", "topics", "message", "email", "consent", "occasion_on", "languages"), "fehlt"
    )
    for one in (
        Asking(asking.WHERE, asking.begun("", "", ())),
        Asking(asking.WHERE, filled, errors={"place": "unklar"}, choices=TWO_PLACES),
        Asking(asking.TOPICS, asking.begun("seek-help", "Zwickau", ("integration",)), NETWORKS),
        Asking(asking.TOPICS, asking.begun("seek-help", "Zwickau", ())),
        Asking(asking.WHERE, asking.begun("moderator", "Zwickau", (), "2027-01-21")),
        Asking(asking.TOPICS, filled),
        Asking(asking.TOPICS, asking.begun("moderator", "Zwickau", (), "2027-01-21"), MODERATORS),
        Asking(asking.REACH, asking.begun("question", "Zwickau", ()), NETWORKS),
        Asking(asking.REACH, filled, errors=errors, choices=TWO_PLACES, problem="Das geht nicht"),
    ):
        yield asking_pages.render_step(one, language, key="k")
    for state in STATES:
        network = None if state in ("waiting", "escalated") else "treff"
        yield pages.render_status(
            status(language, person(), state=state, network=network), "/referrals/abc", language, key="k"
        )
        yield pages.render_answer(asked(language, person(), state=state), "/answers/def", language, key="k", done=True)
    for state in ENDS:
        ended = status(language, person(), state=state, due=None, closed_because="answered")
        yield pages.render_status(ended, "/referrals/abc", language, key="k", done=True)
    lonely = status(language, person(contact=None), state="waiting", network=None, due=None)
    lonely |= {"alternatives": NETWORKS, "coming": COMING}
    yield pages.render_status(lonely, "/referrals/abc", language, key="k")
    yield concern_pages.render_concern(CONCERN, "/concerns/abc", language, key="k")
    moderated = status(language, person(), kind="moderator") | {"alternatives": MODERATORS}
    yield pages.render_status(moderated, "/referrals/abc", language, key="k")
    erased = status(language, None, state="cancelled", due=None, network=None)
    for shown in (erased, documents.received(REFERRAL, "2026-11-24T12:00:00.000Z")):
        yield pages.render_status(shown, "/referrals/abc", language, key="k")
    for action, state in (("correct", "routed"), ("reply", "asked-back"), ("feedback", "fulfilled")):
        sent = Sent(
            action, filled, dict.fromkeys(("message", "place", "topics", "went", "email"), "fehlt"), "Bitte sehen"
        )
        yield pages.render_status(
            status(language, person(), state=state), "/referrals/abc", language, key="k", sent=sent
        )
    for action in ("ask-back", "decline", "hand-on"):
        sent = Sent(action, Typed({"note": "x"}), dict.fromkeys(("note", "reason", "to"), "fehlt"), "Bitte sehen")
        yield pages.render_answer(asked(language, person()), "/answers/def", language, key="k", sent=sent)
    for standing in ("superseded", "over"):
        yield pages.render_answer(asked(language, standing=standing), "/answers/def", language, key="k")
    yield pages.render_erase("/referrals/abc", language, key="k")


def private_pages(language: Language) -> Iterator[str]:
    """Every page about requests for an association that is signed in, and for the office."""
    errors = {"place": "unklar", "message": "fehlt", "consent": "fehlt", "": "geht nicht"}
    own = [asked(language, person()), asked(language, person(), id=REFERRAL[:-1] + "9", state="accepted")]
    form = Typed({"place": "Zwickau"}, {"topics": ("integration",), "languages": ()})
    yield own_pages.render_own({"items": own, "next": "abc"}, "treff", "open", form, {}, FRAME, language)
    yield own_pages.render_own({"items": [], "next": None}, "treff", "all", form, errors, FRAME, language)
    organisations = list(NAMES.values())
    yield office_pages.render_board(board(), Wanted("routed", "treff", overdue=True), organisations, FRAME, language)
    empty: dict[str, Any] = {"items": [], "next": None, "counts": {}}
    yield office_pages.render_board(empty, Wanted(), organisations, FRAME, language)
    for state in (*STATES, *ENDS):
        shown = detail(language, person(), state=state, due=None)
        yield office_pages.render_referral(shown, organisations, FRAME, language)
    moderated = detail(language, person(occasion={"on": "2027-01-21", "what": "Versammlung"}), kind="moderator")
    sent = Sent("answer", Typed({"answer": "decline"}), dict.fromkeys(("reason", "note", "to"), "fehlt"), "Bitte sehen")
    yield office_pages.render_referral(moderated | {"candidates": []}, organisations, FRAME, language, sent)
    behind = [{**MODERATORS[0], "id": REFERRAL[:-1] + "1", "name": "Anna Beispiel"}]
    yield office_pages.render_referral(moderated | {"candidates": behind}, organisations, FRAME, language)
    yield office_pages.render_referral(detail(language, None, by="office"), organisations, FRAME, language)
    yield figure_pages.render_by_network([NETWORK_FIGURES], FRAME, language)
    yield figure_pages.render_by_area(AREA_FIGURES, FRAME, language)
    for topic in ("", "demokratie"):
        yield white_spot_pages.render_white_spots(WHITE_SPOTS, topic, FRAME, language)
        yield white_spot_pages.render_white_spots([], topic, FRAME, language)
    for render in (figure_pages.render_by_network, figure_pages.render_by_area):
        yield render([], FRAME, language)
    yield office_pages.render_new(Typed({"kind": "seek-help"}), {}, FRAME, language)
    yield office_pages.render_new(form, errors, FRAME, language)


def trend(**changed: Any) -> dict[str, Any]:
    """A worry that becomes more, in Zwickau."""
    weeks = [{"week": "2026-11-09", "number": None, "usual": 7.4}, {"week": "2026-11-16", "number": 19, "usual": 7.4}]
    return {
        "id": "0c8f2a41-7a55-5d0e-8b7e-2f0e4a9d3c61",
        "topic": "demokratie",
        "area": {"code": "14524330", "name": "Zwickau"},
        "rising": True,
        "since": "2026-11-16",
        "window": 1,
        "times": 2.5,
        "weeks": weeks,
        "updated_at": "2026-11-23T00:00:30.000Z",
        **changed,
    }
