"""What the office sees of members and meetings; nothing that an organisation writes can do anything to its pages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.meetings import documents
from services.web.client import Outcome
from services.web.common.language import negotiate
from services.web.goals import charters
from services.web.meetings import form as meeting_form
from services.web.meetings import office_pages as office_meetings
from services.web.meetings.office_pages import PlanView
from services.web.members import form as member_form
from services.web.members import office_pages as office_members
from services.web.members.office_pages import EntryView, History, Wanted
from shared.places import places
from tests.support.laws import examples
from tests.unit.web import samples_office as samples
from tests.unit.web.parsed import Page
from tests.unit.web.samples_members import TODAY, because, office
from tests.unit.web.samples_office import FRAME, MEETING, NAMES, ORGANISATIONS, WORDS
from tests.unit.web.test_safety import harmless, nasty, words

GERMAN = negotiate("de")


def waiting() -> Page:
    reported = [office_members.contribution(samples.contribution(), NAMES, GERMAN)]
    meetings = [samples.seen(samples.meeting())]
    applications, proposals = [office(samples.applied())], [office(samples.proposed())]
    return Page(office_members.render_waiting(applications, proposals, reported, meetings, FRAME, GERMAN, today=TODAY))


def meeting(fact: dict[str, Any]) -> Page:
    everyone = [*ORGANISATIONS, samples.NEWCOMER]
    one = office_meetings.meeting(samples.seen(fact), WORDS, everyone, GERMAN, TODAY)
    return Page(office_meetings.render_meeting(one, FRAME, GERMAN))


def test_what_waits_is_counted_in_the_navigation_beside_the_events_that_wait() -> None:
    page = waiting()
    links = [link.text for link in page.all("a") if "nav" in link.path]
    assert {"Wartet (3)", "Mitglieder: wartend (2)"} <= set(links)
    assert [one.text for one in page.all("h2")] == ["Anträge", "Würden als passiv zählen", "Gemeldete Beiträge"]


def test_a_form_names_the_version_that_was_seen() -> None:
    versions = [field.attributes["value"] for field in waiting().all("input", name="version")]
    assert versions == ["7", "7", "7", "7", "1", "1"]


def test_an_admission_can_be_by_one_of_the_meetings_held_last() -> None:
    options = [(one.attributes["value"], one.text) for one in waiting().all("option")]
    assert options == [("", "dem Koordinierungsbüro"), (MEETING, "5. November 2026 · Novembersitzung")]


def test_why_a_member_would_be_passive_and_what_would_change_that_is_said_in_words() -> None:
    lists = [one.text for one in waiting().all("ul", class_="reasons")]
    assert lists == [
        "War bei den letzten 3 Sitzungen nicht dabei und hat in den letzten 12 Monaten nichts beigetragen",
        "Ein Beitrag zur Arbeit des Bündnisses",
    ]


def test_what_can_be_decided_follows_from_how_a_member_stands() -> None:
    def actions(fact: dict[str, Any]) -> set[str]:
        page = Page(office_members.render_member(office(fact), History(), [], FRAME, GERMAN, today=TODAY))
        return {str(one.attributes["value"]) for one in page.all("button") if "value" in one.attributes}

    assert actions(samples.fact()) == {"status", "thank", "leave"}
    assert actions(samples.proposed()) == {"passive", "active", "thank", "leave"}
    assert actions(samples.applied()) == {"admit", "decline", "leave"}
    assert actions(samples.applied(status="declined", declined_because="Kein Verein")) == {"admit"}
    assert actions(samples.fact(status="left")) == {"admit", "thank"}


def test_a_meeting_offers_what_can_be_done_with_it_and_says_how_many_are_invited() -> None:
    def offered(fact: dict[str, Any]) -> list[str]:
        return [one.text for one in meeting(fact).all("button") if "nav" not in one.path]

    coming = samples.planned(starts_at="2027-03-05T18:00:00+01:00", ends_at=None)
    assert offered(coming) == ["1 weiteres Mitglied einladen", "Sitzung absagen"]
    assert offered(coming | {"invited": [], "replies": []}) == ["3 Mitglieder einladen", "Sitzung absagen"]
    assert offered(samples.meeting()) == []
    assert "Teilnahme" not in meeting(coming).one("main").text
    assert "Teilnahme berichtigen" in meeting(samples.meeting()).one("main").text


def test_minutes_decisions_and_tasks_are_shown_as_text() -> None:
    text = meeting(samples.meeting()).one("section", **{"aria-labelledby": "minutes"}).text
    for part in ("Mika Muster begrüßt alle.", "TOP 1, 12 dafür, 1 dagegen, 0 enthalten", "bis 24. Dezember 2026"):
        assert part in text


@pytest.mark.parametrize(
    ("fact", "chosen"),
    [
        (samples.planned(), {"chor": "excused", "treff": "present", "stumm": "absent"}),
        (samples.meeting(), {"chor": "excused", "treff": "online", "stumm": "absent"}),
    ],
)
def test_attendance_begins_with_what_is_recorded_or_what_the_replies_let_expect(
    fact: dict[str, Any], chosen: dict[str, str]
) -> None:
    organisations = [{"id": id_, "name": "Name", "status": "active"} for id_ in chosen]
    rows = office_meetings.attending(samples.seen(fact), organisations, GERMAN)
    page = Page(office_meetings.render_attendance(samples.seen(fact), rows, FRAME, GERMAN))
    ticked = [one.attributes for one in page.all("input", type="radio") if "checked" in one.attributes]
    assert {str(one["name"]).removeprefix("presence-"): one["value"] for one in ticked} == chosen


def test_all_members_are_asked_for_by_status_and_name_over_all_pages() -> None:
    page = Page(
        office_members.render_all(
            [office(samples.proposed())], Wanted("active", "Tr"), FRAME, "abc", GERMAN, today=TODAY
        )
    )
    (following,) = page.all("a", rel="next")
    assert following.attributes["href"] == "/office/all-members?status=active&q=Tr&cursor=abc"
    assert "wartet auf das Büro" in page.one("ul", class_="rows").text


def test_what_is_wrong_is_said_with_the_field_it_belongs_to() -> None:
    error = {"field": "on", "code": "in-future", "detail": "darf nicht in der Zukunft liegen"}
    refused = Outcome(None, (error,), "Das geht nicht")
    assert office_members.in_words(refused, GERMAN) == "Datum: darf nicht in der Zukunft liegen"
    unnamed = Outcome(None, ({**error, "field": "id"},), "Das geht nicht")
    assert office_members.in_words(unnamed, GERMAN) == "Das geht nicht"


@st.composite
def hostile(draw: st.DrawFn) -> dict[str, Any]:
    """A member whose every text is nasty."""
    said = [because(draw(nasty), draw(nasty), until=draw(nasty))]
    return samples.proposed(
        **{name: draw(nasty) for name in ("name", "description", "url", "declined_because")},
        **{name: draw(words) for name in ("topics", "kinds", "languages")},
        areas={"municipalities": draw(words), "districts": draw(words), "around": [{"ags": "x", "radius_km": 1.0}]},
        activity={"status": "passive", "as_of": "2026-12-02", "because": said, "unless": said, "until": None},
        admission={"on": "2024-02-01", "by": "meeting", "meeting": "m", "decision": draw(nasty)},
        confirmation={"on": "2026-02-01", "status": "active", "reason": draw(nasty)},
        thanks=[{"year": 2026, "text": draw(nasty)}],
    )


@given(hostile(), nasty, nasty)
@examples(40)
def test_no_text_of_a_member_can_break_out_of_the_offices_pages(fact: dict[str, Any], one: str, two: str) -> None:
    given = samples.contribution(title=one, organisation=two, reported_by=two, declined_because=one, kind=one)
    reported = office_members.contribution(given, {two: one}, GERMAN)
    meetings = [{"id": one, "title": two, "starts_at": "2026-11-05T18:00:00+01:00", "presence": two}]
    history = History([{"name": one, "role": two}], meetings, [given], two)
    member = office(fact)
    view = EntryView(member_form.typed_from(member, places()), "treff", (one,), {"name": two, "": one})
    harmless(office_members.render_waiting([member], [member], [reported], meetings, FRAME, GERMAN, today=TODAY))
    harmless(office_members.render_all([member], Wanted(one, two), FRAME, one, GERMAN, today=TODAY))
    harmless(office_members.render_member(member, history, meetings, FRAME, GERMAN, today=TODAY))
    harmless(office_members.render_entry(view, FRAME, GERMAN, today=TODAY))


@given(nasty, nasty, nasty)
@examples(40)
def test_no_text_of_a_meeting_or_paper_can_break_out_of_its_page(one: str, two: str, three: str) -> None:
    decision = {"text": one, "item": 1, "votes_for": None, "votes_against": None, "abstentions": None}
    fact = samples.meeting(
        title=one,
        working_group=two,
        cancelled_because=three,
        agenda=[{"title": two, "papers": [{"title": three, "url": one}, {"title": one, "url": "https://a/" + two}]}],
        place={"name": one, "street": two, "municipality": three, "postal_code": one, "online_url": two},
        decisions=[decision],
        tasks=[{"text": two, "organisation": three, "due": None, "done": False}],
    )
    organisations = [{"id": "treff", "name": one, "status": "active"}, {"id": "chor", "name": two, "status": "left"}]
    seen = documents.meeting_item(fact, "office", {"treff": one, "chor": two})
    view = office_meetings.meeting(seen, three, organisations, GERMAN, TODAY)
    harmless(office_meetings.render_meeting(view, FRAME, GERMAN))
    harmless(office_meetings.render_meetings([seen], [seen], FRAME, one, GERMAN))
    plan = PlanView(meeting_form.plan_from(seen), is_new=False, errors={"": one, "title": two})
    harmless(office_meetings.render_plan(plan, FRAME, GERMAN))
    rows = office_meetings.attending(seen, organisations, GERMAN)
    harmless(office_meetings.render_attendance(seen, rows, FRAME, GERMAN))
    form = meeting_form.minutes_from(samples.minutes(fact, three))
    harmless(office_meetings.render_minutes(seen, form, organisations, FRAME, GERMAN, {"text": one}))
    latest = {"number": 2, "title": one, "text": two, "url": three, "adopted_on": "2026-03-01", "meeting": None}
    assent = {"edition": 2, "members": 1, "of": 1, "by": [{"id": one, "name": two, "on": "2026-03-01"}]}
    paper = samples.charter(latest=latest, editions=[latest, latest], assent=assent, kind=three)
    harmless(charters.render_charter(paper, GERMAN))
    harmless(charters.render_charters([paper], GERMAN))
