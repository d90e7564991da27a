"""Facts about members, and the documents that the gateway makes of them, for the tests of their pages."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from services.gateway.common.http.language import negotiate
from services.gateway.members import documents
from services.web.goals import pages as goals
from services.web.members import networks, years
from services.web.members import pages as members
from shared.language import Language

TODAY = date(2026, 12, 2)
GOAL = "6b1f0c9e-2222-5222-8333-444455556666"
MEASURE = "6b1f0c9e-2222-5222-8333-444455557777"


def because(code: str, detail: str, **values: Any) -> dict[str, Any]:
    """An explanation."""
    return {"code": code, "detail": detail, "values": values}


def organisation(**changed: Any) -> dict[str, Any]:
    """The fact of an active member."""
    return {
        "id": "treff",
        "version": 7,
        "name": "Interkultureller Treff e. V.",
        "description": "Wir bringen Menschen an einen Tisch.\n\nMehr auf https://example.org/treff.",
        "url": "https://example.org/treff",
        "areas": {
            "municipalities": ["14524330", "14524300"],
            "districts": ["14524"],
            "around": [{"ags": "14524330", "radius_km": 12.5}],
        },
        "topics": ["integration", "demokratie"],
        "kinds": ["beratung", "begleitung"],
        "languages": ["de", "ar"],
        "capacity": 4,
        "response_days": 3,
        "listed": True,
        "takes": None,
        "paused_until": None,
        "status": "active",
        "applied_on": "2024-01-10",
        "admission": {"on": "2024-02-01", "by": "office", "meeting": None, "decision": None},
        "activity": {
            "status": "active",
            "as_of": "2026-12-02",
            "because": [because("meetings", "It took part in meetings.", attended=1.5, last=3)],
            "until": "2027-03-10",
            "unless": [because("attend", "It takes part in the meeting.", date="2027-03-11")],
        },
        "periods": [],
        "proposed": None,
        "confirmation": None,
        "thanks": [
            {"year": 2025, "on": "2025-12-20", "text": "Danke für das Sommerfest."},
            {"year": 2026, "on": "2026-12-01", "text": "Danke für jedes Café.\n\nUnd für alle Übersetzungen."},
        ],
        "changed": [],
        "updated_at": "2026-12-01T10:00:00.000Z",
        **changed,
    }


def passive(**changed: Any) -> dict[str, Any]:
    """The fact of a member that is passive at present."""
    activity = {
        "status": "passive",
        "as_of": "2026-12-02",
        "because": [because("nothing", "It was quiet.", last=3, months=12)],
        "until": None,
        "unless": [because("contribute", "It contributes something.")],
    }
    return organisation(id="chor", name="Chor der Stadt", status="passive", activity=activity, thanks=[], **changed)


def shown(fact: dict[str, Any], language: str = "de") -> dict[str, Any]:
    """What everyone gets of a member."""
    return documents.member_detail(fact, negotiate(language))


def office(fact: dict[str, Any], language: str = "de") -> dict[str, Any]:
    """What the office gets of an organisation."""
    return documents.own_member(fact, negotiate(language)) | {"people": []}


def indicator(**changed: Any) -> dict[str, Any]:
    """An indicator that is counted, with three values and a target that was changed."""
    return {
        "id": "veranstaltungen",
        "title": "Gemeinsame Veranstaltungen",
        "unit": "Veranstaltungen",
        "baseline": 12,
        "target": 60,
        "due": "2027-12-31",
        "counted": {"what": "events", "topic": "integration", "period": "year"},
        "value": 48.0,
        "values": [
            {"on": "2025-06-30", "value": 14.0, "note": None},
            {"on": "2025-12-31", "value": 31.0, "note": "mit dem Sommerfest"},
            {"on": "2026-11-30", "value": 48.0, "note": None},
        ],
        "former_targets": [{"target": 40.0, "due": "2026-12-31", "until": "2026-03-14"}],
        **changed,
    }


def review(**changed: Any) -> dict[str, Any]:
    """A review that changed a target."""
    return {
        "on": "2026-03-14",
        "meeting": None,
        "judgement": "on-track",
        "reasons": "Mehr Mitglieder laden ein als gedacht.\nDas soll so weitergehen.",
        "targets": [{"indicator": "veranstaltungen", "target": 60.0, "due": "2027-12-31"}],
        **changed,
    }


def goal(**changed: Any) -> dict[str, Any]:
    """A guiding goal without anything below it."""
    return {
        "id": GOAL,
        "key": "1",
        "level": "guiding",
        "title": "Menschen begegnen einander",
        "text": "Wer sich kennt, hat weniger Angst voreinander.",
        "responsible": [],
        "status": "open",
        "indicators": [],
        "reviews": [],
        "children": [],
        **changed,
    }


def measure(**changed: Any) -> dict[str, Any]:
    """A measure with an indicator and a review."""
    return (
        goal(
            id=MEASURE,
            key="1.1.1",
            level="measure",
            title="Gemeinsames Programm",
            responsible=[{"id": "treff", "name": "Interkultureller Treff e. V."}],
            indicators=[indicator()],
            reviews=[review(on="2025-03-14", judgement="at-risk", reasons="Zu wenige.", targets=[]), review()],
        )
        | changed
    )


def tree(*nodes: dict[str, Any]) -> dict[str, Any]:
    """A document of goals; without ``nodes`` one of each level."""
    intermediate = goal(
        id="6b1f0c9e-2222-5222-8333-444455558888", key="1.1", level="intermediate", title="Orte", children=[measure()]
    )
    return {"items": list(nodes) or [goal(children=[intermediate])]}


def year(**changed: Any) -> dict[str, Any]:
    """The document of a full year."""
    return {
        "organisation": {"id": "treff", "name": "Interkultureller Treff e. V."},
        "year": 2026,
        "meetings": [
            {"id": "m1", "title": "Frühjahrssitzung", "kind": "session", "on": "2026-03-05", "presence": "present"},
            {"id": "m2", "title": "Klausur im Kloster", "kind": "retreat", "on": "2026-06-12", "presence": "online"},
            {"id": "m3", "title": "Herbstsitzung", "kind": "session", "on": "2026-10-08", "presence": "absent"},
        ],
        "contributions": [
            {"id": "c1", "title": "Handreichung zu Hass im Netz", "kind": "content", "on": "2026-04-20"},
        ],
        "events": {
            "events": 7,
            "times": 12,
            "municipalities": ["Crimmitschau", "Glauchau", "Werdau", "Zwickau"],
            "topics": ["integration", "demokratie"],
            "items": [
                {"id": "e1", "title": "Interkulturelles Café", "first": "2026-01-15", "times": 6},
                {"id": "e2", "title": "Sommerfest am Fluss", "first": "2026-07-04", "times": 1},
            ],
        },
        "referrals": {"accepted": 0, "in_time": 0},
        "thanks": "Danke für jedes Café.\n\nUnd für alle Übersetzungen.",
        **changed,
    }


def empty_year(**changed: Any) -> dict[str, Any]:
    """The document of a year of which nothing is known."""
    nothing = {"events": 0, "times": 0, "municipalities": [], "topics": [], "items": []}
    return year(meetings=[], contributions=[], events=nothing, thanks=None) | changed


def long_year() -> dict[str, Any]:
    """A year with more of everything than two sheets can hold, and the longest thanks that there may be."""
    title = "Interkulturelles Café mit Lesung und anschließendem Gespräch über das Zusammenleben in der Region, Teil"
    days = [f"2025-{number % 12 + 1:02}-{number % 28 + 1:02}" for number in range(30)]
    many = [{"id": str(number), "title": f"{title} {number}", "on": day} for number, day in enumerate(days)]
    return year(
        year=2025,
        meetings=[one | {"kind": "working-group", "presence": "online"} for one in many],
        contributions=[one | {"kind": "content"} for one in many],
        events={
            "events": 60,
            "times": 1_204,
            "municipalities": ["Crimmitschau", "Glauchau", "Werdau", "Zwickau"] * 8,
            "topics": ["integration", "demokratie"],
            "items": [one | {"first": one["on"], "times": 20} for one in many],
        },
        thanks="Danke für dieses Jahr! " * 43,
    )


def every_members_page(language: Language) -> Iterator[str]:
    """Every kind of page about members."""
    several = ({"name": "Meerane", "postal_codes": ["08393"]}, {"name": "Schönberg", "postal_codes": ["08393"]})
    unclear = members.Filters(("x",), "08393", ("Fehler",), several)
    chosen = members.Filters(("integration",), "Zwickau")
    both = [shown(organisation(), language.code), shown(passive(), language.code)]
    yield members.render_members(both, chosen, language, today=TODAY, following="a")
    yield members.render_members([], unclear, language, today=TODAY)
    yield members.render_members([], members.Filters(), language, today=TODAY)
    yield members.render_member(both[0], language, today=TODAY)
    yield members.render_member(both[1], language, today=TODAY)
    two = [{"id": "treff", "name": "Treff", "reasons": ["Zwickau gehört zu ihrem Gebiet", "Integration"]}] * 2
    asked = networks.Asked("question", "08393", ("integration",))
    for answer in (None, two, []):
        yield networks.render_networks(answer, asked, language)
    yield networks.render_networks(None, replace(asked, errors=("Fehler",), choices=several), language)
    for document in (year(), empty_year(), long_year()):
        yield years.render_year(document, language, today=TODAY)
    retired = measure(id="retired", status="retired", retired_because="Das Geld fehlt.", indicators=[], reviews=[])
    unmeasured = measure(id="unmeasured", indicators=[indicator(value=None, values=[], former_targets=[])])
    for document in (tree(), tree(goal(children=[retired, unmeasured])), {"items": []}):
        yield goals.render_goals(document, language, today=TODAY)
