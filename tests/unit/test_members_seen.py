"""What is seen of members: areas, goals, minutes, the calendar of meetings; and who sees what of a meeting."""

import re
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from markdown_it import MarkdownIt

from services.gateway.common.http.language import negotiate
from services.gateway.common.places.areas import covered, keys_of
from services.gateway.common.requests.table import BY_KIND, WRITES
from services.gateway.goals.documents import charter_item
from services.gateway.meetings import links
from services.gateway.meetings.documents import meeting_item
from services.gateway.meetings.ical import meetings_calendar
from services.gateway.meetings.minutes import minutes_markdown, organisations
from services.gateway.members.documents import member_detail, on_day, own_member, reasons
from services.gateway.settings import Settings
from shared import goal_tree
from shared.contracts.referrals.answers import AnswerReferral
from shared.contracts.released.samples import SAMPLES
from shared.places import places
from tests.support import member_facts as told

GERMAN, ENGLISH = negotiate("de"), negotiate("en")
ZWICKAU, WERDAU, ELSEWHERE = "14524330", "14524320", "14521010"
NOW = datetime(2031, 1, 1, tzinfo=UTC)
PERSON = "8b52e0c4-1f7d-4a39-8c0d-6d2e9a7f4b13"
NAMES = {"verein": "Verein (Beispiel)", "chor": "Chor & Co."}


def document(fact: Any) -> dict[str, Any]:
    """A fact as the view holds it."""
    found: dict[str, Any] = orjson.loads(fact.model_dump_json())
    return found


@pytest.mark.parametrize(
    ("area", "where"),
    [
        ({"municipalities": [WERDAU]}, {WERDAU}),
        ({"districts": ["14524"]}, {ZWICKAU, WERDAU}),
        ({"around": [{"ags": ZWICKAU, "radius_km": 1}]}, {ZWICKAU}),
        ({"around": [{"ags": ZWICKAU, "radius_km": 15}]}, {ZWICKAU, WERDAU}),
        ({"around": [{"ags": ELSEWHERE, "radius_km": 1}]}, {ELSEWHERE}),
        ({"municipalities": [ELSEWHERE], "around": [{"ags": WERDAU, "radius_km": 0.5}]}, {ELSEWHERE, WERDAU}),
        ({}, set()),
    ],
)
def test_an_area_includes_its_municipalities_its_districts_and_what_lies_in_its_circles(
    area: dict[str, Any], where: set[str]
) -> None:
    keys = covered(area, places())
    assert {ags for ags in (ZWICKAU, WERDAU, ELSEWHERE) if set(keys_of(ags)) & set(keys)} == where
    assert keys == sorted(set(keys))


LEVELS = st.sampled_from(["guiding", "intermediate", "measure"])


@st.composite
def some_goals(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Goals with any parents at all: missing ones, lower ones, each other."""
    ids = draw(st.lists(st.sampled_from("abcdefgh"), unique=True))
    return [
        document(
            told.goal(
                id_,
                key=draw(st.from_regex(r"[0-9A-Za-z.-]{1,5}", fullmatch=True)),
                level=draw(LEVELS),
                parent=draw(st.sampled_from([None, *"abcdefghx"])),
                status=draw(st.sampled_from(["open", "retired"])),
            )
        )
        for id_ in ids
    ]


def all_nodes(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All nodes of a tree."""
    return [found for node in nodes for found in (node, *all_nodes(node["children"]))]


@given(some_goals(), st.sampled_from(["open", "retired", "all"]))
def test_each_goal_that_is_shown_stands_in_the_tree_once(goals: list[dict[str, Any]], shown: Any) -> None:
    nodes = all_nodes(goal_tree.tree(goals, {}, shown))
    assert sorted(node["id"] for node in nodes) == sorted(
        goal["id"] for goal in goals if shown in ("all", goal["status"])
    )
    for node in nodes:
        assert {child["parent"] for child in node["children"]} <= {node["id"]}
        assert goal_tree.find(goal_tree.tree(goals, {}, shown), node["id"]) == node


def test_goals_are_sorted_as_people_count_and_show_their_latest_value() -> None:
    values = [{"on": "2030-01-01", "value": 3.0}, {"on": "2030-02-01", "value": 5.0}]
    indicators = [{"id": "a", "title": "A", "target": 9.0, "values": values}, {"id": "b", "title": "B", "target": 1.0}]
    goals = [
        told.goal("top", key="1"),
        told.goal("ten", key="1.10", level="measure", parent="top"),
        told.goal("two", key="1.2", level="measure", parent="top", indicators=indicators, responsible=["verein", "x"]),
        told.goal("old", key="1.1", level="measure", parent="top", status="retired"),
    ]
    [top] = goal_tree.tree([document(goal) for goal in goals], NAMES)
    two, ten = top["children"]
    assert (two["key"], ten["key"]) == ("1.2", "1.10")
    assert [indicator["value"] for indicator in two["indicators"]] == [5.0, None]
    assert two["responsible"] == [{"id": "verein", "name": "Verein (Beispiel)"}, {"id": "x", "name": "x"}]


def full_meeting(**fields: Any) -> dict[str, Any]:
    """A meeting with everything, persons too."""
    content: dict[str, Any] = {
        "title": "Sitzung *im* Rathaus",
        "ends_at": "2031-03-04T20:00:00+01:00",
        "place": {"name": "Rathaus", "street": "Hauptmarkt 1", "municipality": "Zwickau", "postal_code": "08056"},
        "agenda": [
            {"title": "Begrüßung", "papers": [{"title": "Bericht", "url": "https://example.org/a_(b)"}]},
            {"title": "Haushalt"},
        ],
        "attendance": {"chor": "excused", "verein": "present"},
        "invited": ["chor", "verein"],
        "decisions": [
            {"text": "Der Haushalt steht.", "item": 2, "votes_for": 12, "abstentions": 0},
            {"text": "Man trifft sich wieder."},
        ],
        "tasks": [
            {"text": "Saal buchen", "organisation": "verein", "due": "2031-04-01"},
            {"text": "Einladen", "done": True},
        ],
    }
    return document(told.meeting("5f0a3c9e-7b14-4d26-a8e1-c2d94f6b7038", 4, **content | fields))


def test_minutes_say_who_was_there_what_was_decided_and_who_does_what_by_when() -> None:
    meeting = full_meeting()
    assert organisations(meeting) == ["chor", "verein"]

    text = minutes_markdown(meeting, {"text": "Es ging **lange**.\n"}, NAMES, GERMAN)

    assert text == (
        "# Sitzung \\*im\\* Rathaus\n\n"
        "- Dienstag, 4. März 2031, 18:00–20:00 Uhr\n"
        "- Ort: Rathaus, Hauptmarkt 1, 08056 Zwickau\n\n"
        "## Wer dabei war\n\n"
        "- Anwesend (1): Verein (Beispiel)\n"
        "- Entschuldigt (1): Chor & Co.\n\n"
        "## Tagesordnung\n\n"
        "### 1. Begrüßung\n\n"
        "- [Bericht](<https://example.org/a_(b)>)\n\n"
        "### 2. Haushalt\n\n"
        "- **Beschluss: Der Haushalt steht.** (12 dafür, 0 enthalten)\n\n"
        "## Weitere Beschlüsse\n\n"
        "- **Beschluss: Man trifft sich wieder.**\n\n"
        "## Aufgaben\n\n"
        "- [ ] Verein (Beispiel): Saal buchen (bis 1. April 2031)\n"
        "- [x] Koordinierungsbüro: Einladen\n\n"
        "## Protokoll\n\n"
        "Es ging **lange**.\n"
    )
    assert "Decision: Der Haushalt steht." in minutes_markdown(meeting, None, NAMES, ENGLISH)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=60))
def test_nothing_in_a_title_is_markup(title: str) -> None:
    meeting = full_meeting(agenda=[{"title": title}], title=title)
    tokens = MarkdownIt("commonmark").parse(minutes_markdown(meeting, None, NAMES, GERMAN))
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {
        *("heading_open", "heading_close", "inline", "text", "bullet_list_open", "bullet_list_close", "softbreak"),
        *("list_item_open", "list_item_close", "paragraph_open", "paragraph_close", "strong_open", "strong_close"),
        *("text_special",),
    }


def test_the_minutes_of_a_day_long_and_of_a_cancelled_meeting_are_said_too() -> None:
    day = full_meeting(starts_at="2031-03-04", ends_at="2031-03-06", attendance={}, decisions=[], tasks=[], agenda=[])
    assert "4\\.–5. März 2031" in minutes_markdown(day, None, NAMES, GERMAN)
    cancelled = full_meeting(status="cancelled", cancelled_because="Glatteis")
    assert "- **Abgesagt: Glatteis**" in minutes_markdown(cancelled, None, NAMES, GERMAN)


def test_a_calendar_program_finds_each_meeting_with_time_place_and_state() -> None:
    planned = full_meeting(status="planned", sequence=2, attendance={})
    cancelled = document(
        told.meeting(
            starts_at="2031-05-01",
            ends_at="2031-05-03",
            status="cancelled",
            cancelled_because="Zu wenige",
            sequence=3,
            public=False,
            working_group="Schule",
        )
    )

    body = meetings_calendar([planned, cancelled], now=NOW, name="Sitzungen")

    first: Any
    second: Any
    first, second = Calendar.from_ical(body).walk("VEVENT")
    assert (str(first["UID"]), int(first["SEQUENCE"])) == ("5f0a3c9e-7b14-4d26-a8e1-c2d94f6b7038@buendnisbus", 2)
    assert first["DTSTART"].dt.isoformat() == "2031-03-04T18:00:00+01:00"
    assert first["DTEND"].dt.isoformat() == "2031-03-04T20:00:00+01:00"
    assert (str(first["STATUS"]), str(first["SUMMARY"])) == ("CONFIRMED", "Sitzung *im* Rathaus")
    assert "1. Begrüßung\n   Bericht: https://example.org/a_(b)\n2. Haushalt" in str(first["DESCRIPTION"])
    assert str(first["LOCATION"]) == "Rathaus, Hauptmarkt 1, 08056 Zwickau"
    assert first["LAST-MODIFIED"].dt == datetime(2030, 11, 1, 10, tzinfo=UTC)
    assert (str(second["STATUS"]), str(second["SUMMARY"])) == ("CANCELLED", "Abgesagt: Sitzung 1")
    assert (second["DTSTART"].dt, second["DTEND"].dt) == (date(2031, 5, 1), date(2031, 5, 3))
    assert "Zu wenige\n\nArbeitsgruppe: Schule" in str(second["DESCRIPTION"])
    assert not {"ATTENDEE", "ORGANIZER", "CONTACT"} & {name for event in (first, second) for name in event}
    assert len({str(zone["TZID"]) for zone in Calendar.from_ical(body).walk("VTIMEZONE")}) == 1


def test_only_the_address_that_was_made_for_it_opens_a_calendar() -> None:
    settings = Settings(
        database_url="postgresql://x", key_pepper="p" * 32, link_secret="l" * 32, public_url="https://bus.example.org/"
    )
    other = Settings(database_url="postgresql://x", key_pepper="q" * 32, link_secret="l" * 32)
    url = links.address(settings, "verein")
    assert url.startswith("https://bus.example.org/v1/members/verein/meetings.ics?token=")
    token = url.partition("token=")[2]
    assert links.opens(settings, "verein", token)
    assert not links.opens(settings, "chor", token)
    assert not links.opens(other, "verein", token)
    assert not links.opens(settings, "verein", "")
    assert not links.opens(settings, "verein", token[:-1])


def test_persons_of_a_meeting_are_for_the_office_alone_and_what_is_among_members_for_them() -> None:
    meeting = document(SAMPLES["members.meeting.minuted.v1"])
    assert PERSON in orjson.dumps(meeting).decode(), "the sample is to name a person, or this proves nothing"

    public, member, office = (meeting_item(meeting, insight, NAMES) for insight in ("public", "member", "office"))

    assert {"decisions", "tasks", "attendance", "invited", "replies"} == member.keys() - public.keys()
    uuid = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    for seen in (public, member):
        assert set(re.findall(uuid, orjson.dumps(seen).decode())) == {meeting["id"]}
    assert PERSON in orjson.dumps(office).decode()


def test_an_address_that_is_held_back_is_not_among_what_everyone_sees() -> None:
    place = {
        "name": "Schutzhaus",
        "street": "Geheim 1",
        "municipality": "Werdau",
        "visibility": "area",
        "latitude": 50.7,
    }
    meeting = full_meeting(place=place | {"online_url": "https://example.org/raum"})
    text = orjson.dumps(meeting_item(meeting, "public", {})).decode()
    assert "Werdau" in text
    assert not re.search("Schutzhaus|Geheim|50.7|raum", text)
    assert "Geheim" in orjson.dumps(meeting_item(meeting, "member", {})).decode()


def because(code: str, **values: Any) -> dict[str, Any]:
    """An explanation."""
    return {"code": code, "detail": f"It is {code}.", "values": values}


def activity(status: str, *reasons: dict[str, Any]) -> dict[str, Any]:
    """What the log says."""
    return {"status": status, "as_of": "2031-01-01", "because": list(reasons)}


def test_the_reasons_of_a_member_fit_its_status() -> None:
    nothing = activity("passive", because("nothing", last=3, months=12))
    newcomer = document(told.organisation(activity=activity("active", because("newcomer", until="2031-03-01"))))
    proposed = document(told.organisation(activity=nothing, proposed="passive"))
    word = {"on": "2031-01-01", "status": "active", "reason": "Sie organisiert das Fest."}
    decided = document(told.organisation(activity=nothing, confirmation=word))
    left = document(told.organisation(activity=nothing, status="left"))
    assert reasons(newcomer, GERMAN) == ["Ist neu im Bündnis (bis 1. März 2031)"]
    assert reasons(newcomer, ENGLISH) == ["It is newcomer."]
    assert reasons(proposed, GERMAN) == ["Gilt als aktiv, bis das Koordinierungsbüro anders entscheidet"]
    assert reasons(decided, GERMAN) == ["Sie organisiert das Fest."]
    assert reasons(left, GERMAN) == []


def test_activity_is_known_for_every_day_since_the_admission() -> None:
    periods = [
        {"since": "2029-01-01", "status": "active", "because": [because("contribute")]},
        {"since": "2030-01-01", "status": "passive", "because": [because("nothing", last=3, months=12)]},
    ]
    fact = document(told.organisation(periods=periods, left_on="2030-06-01"))
    found = {
        day: on_day(fact, day, ENGLISH)["status"]
        for day in ("2028-12-31", "2029-01-01", "2029-12-31", "2030-01-01", "2030-06-01", "2030-06-02")
    }
    assert list(found.values()) == [None, "active", "active", "passive", "passive", None]
    assert on_day(fact, "2029-01-01", ENGLISH)["reasons"] == ["It is contribute."]


def test_what_is_for_the_organisation_alone_is_not_in_its_public_entry() -> None:
    fact = document(SAMPLES["members.organisation.confirmed.v1"])
    public, own = member_detail(fact, GERMAN), own_member(fact, GERMAN)
    assert own.keys() - public.keys() == {
        *("listed", "proposed", "applied_on", "admission", "declined_because", "left_on", "confirmation", "periods"),
        *("paused_until",),
    }


def test_a_paper_counts_all_members_that_agreed_to_its_latest_edition_and_names_those_that_are_listed() -> None:
    editions = [
        {"number": number, "title": f"Nr. {number}", "text": "…", "adopted_on": "2030-01-01"} for number in (1, 2)
    ]
    assents = [
        {"organisation": name, "edition": edition, "on": "2030-02-01"}
        for name, edition in (("chor", 2), ("fort", 2), ("heimlich", 2), ("verein", 1))
    ]
    members = {"chor": ("Chor", True), "heimlich": ("Heimlich", False), "verein": ("Verein", True)}
    found = charter_item(document(told.charter(editions=editions, assents=assents)), members, 7)
    assert found["assent"] == {
        "edition": 2,
        "members": 2,
        "of": 7,
        "by": [{"id": "chor", "name": "Chor", "on": "2030-02-01"}],
    }
    assert (found["latest"]["text"], "text" in found["editions"][0]) == ("…", False)


def test_nobody_speaks_for_somebody_else() -> None:
    path: dict[str, Any] = {"member": "verein", "contribution": "x", "charter": "leitbild", "kind": "leitbild"}
    path |= {"token": "x", "number": 2}
    with_by = [write for write in WRITES if "by" in write.body.model_fields]
    assert len(with_by) == 7
    for write in with_by:
        assert write.stamp is not None, write.path
        stamped = write.stamp(path)
        others = "network" if write.body is AnswerReferral else "verein"
        assert stamped["by"] == ("office" if write.scope == "office" else others)
        if write.body is AnswerReferral:
            assert stamped["network"] == ("verein" if "{member}" in write.path else None)
            assert stamped["assignment"] == (2 if write.link else None)
    for write in WRITES:
        if "{member}" in write.path and write.scope != "office":
            named = {field for parameter, field in write.names if parameter == "member"}
            assert named or (write.stamp and "verein" in write.stamp(path).values()), write.path


def test_the_office_s_pages_send_in_the_office_s_name() -> None:
    shared_kinds = {write.kind for write in WRITES if write.scope == "office"}
    assert all(BY_KIND[kind].scope == "office" for kind in shared_kinds)
