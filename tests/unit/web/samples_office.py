"""What the office's pages of members and meetings, and those of the papers, are made of; and all of these pages."""

from collections.abc import Iterator
from typing import Any

from services.gateway.meetings import documents
from services.web.common.forms import Typed
from services.web.common.frame import Frame
from services.web.goals import charters
from services.web.meetings import form as meeting_form
from services.web.meetings import office_pages as office_meetings
from services.web.meetings.office_pages import PlanView
from services.web.members import form as member_form
from services.web.members import office_pages as office_members
from services.web.members.office_pages import EntryView, History, Wanted
from shared.language import Language
from shared.places import places
from tests.unit.web.samples_members import TODAY, because, office, organisation, passive

MEETING = "6b1f0c9e-3333-4222-8333-444455556666"
FRAME = Frame("t" * 64, "k" * 16, 3, members_waiting=2)
NAMES = {"treff": "Interkultureller Treff e. V.", "chor": "Chor der Stadt"}
ORGANISATIONS = [{"id": id_, "name": name, "status": "active"} for id_, name in NAMES.items()]
NEWCOMER = {"id": "neu", "name": "Neuer Verein", "status": "active"}
WORDS = "# Sitzung\n\nMika Muster **begrüßt** alle.\n\n- Erstens\n- Zweitens"


def fact(**changed: Any) -> dict[str, Any]:
    """The fact of an active member with all that the office sees of it."""
    period = {"since": "2024-02-01", "status": "active", "because": [because("newcomer", "It is new.")]}
    more = {"periods": [period], "declined_because": None, "left_on": None, "reminded_of": None}
    return organisation(**more) | changed


def applied(**changed: Any) -> dict[str, Any]:
    """The fact of an organisation that has applied."""
    return fact(status="applied", admission=None, activity=None, periods=[], thanks=[], id="verein") | changed


def proposed(**changed: Any) -> dict[str, Any]:
    """The fact of a member whose activity says passive."""
    return fact(activity=passive()["activity"], proposed="passive") | changed


def contribution(**changed: Any) -> dict[str, Any]:
    """The fact of a contribution that is reported."""
    return {
        "id": "6b1f0c9e-4444-4222-8333-444455556666",
        "version": 1,
        "organisation": "treff",
        "kind": "content",
        "title": "Handreichung",
        "on": "2026-10-01",
        "status": "reported",
        "reported_by": "treff",
        "confirmed_by": None,
        "declined_because": None,
        "event": None,
        "updated_at": "2026-10-01T10:00:00.000Z",
        **changed,
    }


def meeting(**changed: Any) -> dict[str, Any]:
    """The fact of a session that was held, with replies, attendance and minutes."""
    decision = {"text": "Das Fest findet statt.", "item": 1, "votes_for": 12, "votes_against": 1, "abstentions": 0}
    task = {"text": "Raum suchen", "organisation": "treff", "due": "2026-12-24", "done": False}
    return {
        "id": MEETING,
        "version": 4,
        "kind": "session",
        "title": "Novembersitzung",
        "working_group": None,
        "status": "held",
        "starts_at": "2026-11-05T18:00:00+01:00",
        "ends_at": "2026-11-05T20:00:00+01:00",
        "time_zone": "Europe/Berlin",
        "place": {
            "name": "Alter Gasometer",
            "street": "Kleine Biergasse 3",
            "postal_code": "08056",
            "ags": "14524330",
            "municipality": "Zwickau",
            "latitude": 50.7,
            "longitude": 12.5,
            "visibility": "exact",
            "online_url": "https://example.org/raum",
        },
        "agenda": [{"title": "Haushalt", "papers": [{"title": "Entwurf", "url": "https://example.org/haushalt.pdf"}]}],
        "public": False,
        "sequence": 0,
        "invited": [{"organisation": name, "people": []} for name in ("chor", "stumm", "treff")],
        "replies": [
            {"organisation": "chor", "reply": "no", "person": None, "at": "2026-11-01T10:00:00.000Z"},
            {"organisation": "treff", "reply": "yes", "person": None, "at": "2026-11-01T10:00:00.000Z"},
        ],
        "attendance": [
            {"organisation": "chor", "presence": "excused", "person": None},
            {"organisation": "treff", "presence": "online", "person": "6b1f0c9e-5555-4222-8333-444455556666"},
        ],
        "decisions": [decision, {**decision, "text": "Und noch eines.", "item": None, "votes_for": None}],
        "tasks": [task, {**task, "organisation": None, "due": None, "done": True}],
        "has_minutes": True,
        "cancelled_because": None,
        "updated_at": "2026-11-06T10:00:00.000Z",
        **changed,
    }


def seen(fact: dict[str, Any]) -> dict[str, Any]:
    """What the office gets of a meeting."""
    return documents.meeting_item(fact, "office", NAMES)


def minutes(fact: dict[str, Any], text: str = WORDS) -> dict[str, Any]:
    """What the office gets of a meeting's minutes."""
    return {name: fact[name] for name in ("version", "decisions", "tasks")} | {"text": text}


def planned(**changed: Any) -> dict[str, Any]:
    """The fact of a session to which some are invited and some have replied."""
    return meeting(status="planned", attendance=[], decisions=[], tasks=[], has_minutes=False) | changed


def charter(**changed: Any) -> dict[str, Any]:
    """A paper as ``GET /v1/charters`` shows it."""
    edition = {"number": 1, "title": "Erste Fassung", "url": "https://example.org/eins.pdf", "meeting": None}
    latest = {"number": 2, "title": "Leitbild", "text": WORDS, "url": None, "adopted_on": "2026-03-01", "meeting": None}
    return {
        "id": "6b1f0c9e-6666-5222-8333-444455556666",
        "version": 2,
        "kind": "leitbild",
        "latest": latest,
        "editions": [{**edition, "adopted_on": "2024-03-01"}, {**latest}],
        "assent": {"edition": 2, "members": 2, "of": 3, "by": [{"id": "treff", "name": "Treff", "on": "2026-03-02"}]},
        "updated_at": "2026-03-02T10:00:00.000Z",
        **changed,
    }


def office_pages(language: Language) -> Iterator[str]:
    """Every page for the office about members and meetings, in its states."""
    code = language.code
    meetings = [seen(meeting())]
    one, passive_soon, applicant = office(fact(), code), office(proposed(), code), office(applied(), code)
    reported = [office_members.contribution(contribution(), NAMES, language)]
    for waits in (
        ([applicant, applicant | {"id": "anderer"}], [passive_soon, passive_soon | {"id": "zwei"}], reported),
        ([], [], []),
    ):
        yield office_members.render_waiting(*waits, meetings, FRAME, language, today=TODAY)
    wanted = Wanted("active", "Treff")
    yield office_members.render_all([one, passive_soon, applicant], wanted, FRAME, "abc", language, today=TODAY)
    yield office_members.render_all([], Wanted(), FRAME, None, language, today=TODAY)
    history = History(
        people=[{"id": "p", "name": "Mika Muster", "role": "deputy"}],
        meetings=[
            {"id": MEETING, "title": "Sitzung", "starts_at": "2026-11-05T18:00:00+01:00", "presence": presence}
            for presence in ("online", None)
        ],
        contributions=[contribution(), contribution(id="b", status="declined", declined_because="Doppelt.")],
        admitted_in="Frühjahrssitzung",
    )
    confirmation = {"on": "2026-11-01", "status": "active", "reason": "Umbau"}
    left = fact(status="left", left_on="2026-10-01")
    for given in (fact(confirmation=confirmation), proposed(), applied(), left, applied(status="declined")):
        yield office_members.render_member(office(given, code), history, meetings, FRAME, language, today=TODAY)
    yield office_members.render_member(one, History(), [], FRAME, language, today=TODAY)
    form = member_form.typed_from(one, places())
    circles = office_members.circles(one, language)
    for view in (EntryView(form, "treff", circles), EntryView(Typed(), errors={"name": "fehlt", "": "geht nicht"})):
        yield office_members.render_entry(view, FRAME, language, today=TODAY)
    yield from _meeting_pages(language)


def _meeting_pages(language: Language) -> Iterator[str]:
    held, coming = seen(meeting()), seen(planned())
    cancelled = seen(planned(status="cancelled", cancelled_because="Sturm"))
    yield office_meetings.render_meetings([coming, cancelled], [held, held | {"id": "b"}], FRAME, "abc", language)
    yield office_meetings.render_meetings([], [], FRAME, None, language)
    fresh = planned(invited=[], replies=[], starts_at="2027-03-05", ends_at=None, place=None, working_group="Zeitung")
    for one in (held, coming, cancelled, seen(fresh)):
        view = office_meetings.meeting(one, WORDS, [*ORGANISATIONS, NEWCOMER], language, TODAY)
        yield office_meetings.render_meeting(view, FRAME, language)
    for plan in (
        PlanView(meeting_form.plan_from(held), is_new=False),
        PlanView(Typed({"meeting": MEETING}), is_new=True, errors={"date": "fehlt", "agenda": "zu lang"}),
    ):
        yield office_meetings.render_plan(plan, FRAME, language)
    for rows in (ORGANISATIONS, []):
        attending = office_meetings.attending(coming, rows, language)
        yield office_meetings.render_attendance(coming, attending, FRAME, language)
    form = meeting_form.minutes_from(minutes(meeting()))
    yield office_meetings.render_minutes(held, form, ORGANISATIONS, FRAME, language, {})
    yield office_meetings.render_minutes(held, Typed(), [], FRAME, language, {"text": "fehlt", "tasks": "wer?"})


def charter_pages(language: Language) -> Iterator[str]:
    """The pages of the papers."""
    elsewhere = charter()["latest"] | {"text": None, "url": "https://example.org/zwei.pdf"}
    yield charters.render_charters([charter(), charter(kind="konzeption")], language)
    yield charters.render_charters([], language)
    yield charters.render_charter(charter(), language)
    yield charters.render_charter(charter(latest=elsewhere), language)
