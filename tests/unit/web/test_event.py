"""The page of an event answers when, where, with whom and how, and what has changed."""

import json
from typing import Any

import pytest

from services.web.calendar import pages
from services.web.calendar.detail import SHOWN_AT_ONCE
from services.web.calendar.json_ld import MOST
from services.web.common.language import negotiate
from tests.unit.web.parsed import Page
from tests.unit.web.samples import NOW, PLACE, event, weekly

GERMAN = negotiate("de")
CALENDAR = "/v1/events/x.ics"


def rendered(document: dict[str, Any]) -> Page:
    return Page(pages.render_event(document, GERMAN, now=NOW, calendar_url=CALENDAR))


def json_ld(document: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = json.loads("".join(rendered(document).one("script").texts))
    return data


def test_it_says_when_where_with_whom_and_how() -> None:
    page = rendered(event())
    assert page.one("h1").text == "Interkulturelles Café"
    text = page.one("article").text
    for said in (
        "Donnerstag, 3. Dezember 2026, 16:00–18:00 Uhr",
        "Alter Gasometer",
        "Kleine Biergasse 3",
        "08056 Zwickau",
        "Interkultureller Treff e. V.",
        "Deutsch, Arabisch",
        "Familien",
        "Stufenlos",
        "Niedrigschwellig kostenlos, ohne Anmeldung, ohne Vorkenntnisse",
        "frei",
        "Stand: Freitag, 20. November 2026, 11:00 Uhr",
    ):
        assert said in text
    assert page.one("a", href=CALENDAR).text == "In Kalender übernehmen"
    assert page.one("a", href="https://example.org/anmelden").text == "Anmelden"
    assert page.one("a", href="/?organiser=treff").text == "Interkultureller Treff e. V."
    assert page.one("title").text.startswith("Interkulturelles Café")


def test_a_bare_event_has_a_page_too() -> None:
    bare = event(
        description=None, place=None, topics=[], target_groups=[], languages=[], cost=None, accessibility=[],
        url=None, registration_url=None, ends_at=None, low_threshold=None,
    )  # fmt: skip
    text = rendered(bare).one("article").text
    assert ("Donnerstag, 3. Dezember 2026, 16:00 Uhr" in text, "Niedrigschwellig" in text) == (True, False)


def test_a_cancelled_event_says_so_in_words_and_takes_no_registration() -> None:
    page = rendered(event(status="cancelled"))
    assert "Abgesagt. Diese Veranstaltung findet nicht statt." in page.one("article").text
    assert page.one("s").text == "Donnerstag, 3. Dezember 2026, 16:00–18:00 Uhr"
    assert not page.all("a", href="https://example.org/anmelden")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("postponed", "der neue Termin wird hier bekannt gegeben"),
        ("rescheduled", "dass sich der Termin geändert hat"),
        ("moved-online", "nehmen Sie über das Internet teil"),
    ],
)
def test_other_changes_are_explained(status: str, words: str) -> None:
    assert words in rendered(event(status=status)).one("article").text


def test_what_has_changed_names_what_was_known_before() -> None:
    previous = {
        "starts_at": "2026-12-01T10:00:00+01:00",
        "status": "scheduled",
        "place": {**PLACE, "name": "Rathaus"},
    }
    text = rendered(event(changed=["starts_at", "place"], previous=previous)).one("article").text
    assert "Bisher: Dienstag, 1. Dezember 2026, 10:00 Uhr" in text
    assert "Bisher: Rathaus, Kleine Biergasse 3, 08056 Zwickau" in text
    untouched = rendered(event(changed=["description"], previous=previous)).one("article").text
    assert "Bisher" not in untouched


def test_a_change_that_no_reader_would_notice_is_not_told() -> None:
    previous = {
        "starts_at": "2026-12-03T15:00:00+00:00",
        "status": "scheduled",
        "place": {**PLACE, "latitude": 50.721},
    }
    assert "Bisher" not in rendered(event(changed=["starts_at", "place"], previous=previous)).one("article").text


def test_what_is_over_says_so() -> None:
    over = event(starts_at="2026-12-01T16:00:00+01:00", ends_at="2026-12-01T18:00:00+01:00")
    page = rendered(over)
    assert "Diese Veranstaltung ist vorbei." in page.one("article").text
    assert not page.all("a", href="https://example.org/anmelden")
    today = event(starts_at="2026-12-02", ends_at="2026-12-03", all_day=True)
    assert "vorbei" not in rendered(today).one("article").text


def test_a_series_shows_its_next_dates_and_folds_the_others() -> None:
    page = rendered(weekly(14))
    assert "Nächster Termin: Donnerstag, 3. Dezember 2026" in page.one("article").text
    assert [summary.text for summary in page.all("summary")] == ["4 weitere Termine", "2 vergangene Termine"]
    unfolded = [entry for entry in page.all("li") if "article" in entry.path and "details" not in entry.path]
    assert len([entry for entry in unfolded if "Donnerstag" in entry.text]) == SHOWN_AT_ONCE


def test_a_cancelled_date_of_a_series_is_marked_and_not_the_next() -> None:
    series = weekly(5)
    series["occurrences"][2] |= {"status": "cancelled"}
    page = rendered(series)
    assert "Nächster Termin: Donnerstag, 10. Dezember 2026" in page.one("article").text
    (entry,) = [entry for entry in page.all("li") if "3. Dezember" in entry.text]
    assert "Abgesagt" in entry.text


def test_a_date_that_was_moved_stands_where_it_now_belongs_with_what_is_its_own() -> None:
    series = weekly(4)
    place = {**PLACE, "name": "Gemeindehaus"}
    moved = {"starts_at": "2026-12-20T15:00:00+01:00", "ends_at": None, "title": "Adventscafé", "place": place}
    series["occurrences"][2] |= moved
    page = rendered(series)
    dates = [entry.text for entry in page.all("li") if "Dezember" in entry.text]
    assert dates[0].startswith("Donnerstag, 10. Dezember")
    assert dates[1].startswith("Sonntag, 20. Dezember")
    assert "Adventscafé" in dates[1]
    assert "Gemeindehaus" in dates[1]


def test_a_series_whose_dates_are_all_past_says_that_there_is_no_further_one() -> None:
    text = rendered(weekly(2)).one("article").text
    assert "Zurzeit gibt es keinen weiteren Termin." in text
    assert "2 vergangene Termine" in text


def test_a_series_without_any_date_has_a_page_too() -> None:
    assert rendered(weekly(1, occurrences=[])).one("h1").text == "Interkulturelles Café"


def test_a_held_back_address_is_explained_and_not_on_a_map() -> None:
    area = {**PLACE, "name": None, "street": None, "visibility": "area"}
    page = rendered(event(place=area))
    assert "Zum Schutz der Gäste ist die genaue Adresse nicht öffentlich." in page.one("article").text
    assert not [link for link in page.all("a") if "openstreetmap" in str(link.attributes["href"])]
    assert [link for link in rendered(event()).all("a") if "openstreetmap" in str(link.attributes["href"])]


def test_search_engines_learn_time_place_status_and_organiser() -> None:
    found = json_ld(event(status="cancelled"))
    assert found["@type"] == "Event"
    assert found["startDate"] == "2026-12-03T16:00:00+01:00"
    assert found["eventStatus"] == "https://schema.org/EventCancelled"
    assert found["location"][0]["address"]["postalCode"] == "08056"
    assert found["organizer"] == [{"@type": "Organization", "name": "Interkultureller Treff e. V."}]


def test_search_engines_learn_the_last_day_of_an_all_day_event() -> None:
    found = json_ld(event(starts_at="2026-12-05", ends_at="2026-12-08", all_day=True))
    assert (found["startDate"], found["endDate"]) == ("2026-12-05", "2026-12-07")


@pytest.mark.parametrize(
    ("status", "place", "mode"),
    [
        ("scheduled", PLACE, "OfflineEventAttendanceMode"),
        ("scheduled", {**PLACE, "online_url": "https://meet.example.org"}, "MixedEventAttendanceMode"),
        ("scheduled", {"online_url": "https://meet.example.org"}, "OnlineEventAttendanceMode"),
        ("moved-online", PLACE, "OnlineEventAttendanceMode"),
    ],
)
def test_search_engines_learn_whether_one_can_take_part_online(status: str, place: dict[str, Any], mode: str) -> None:
    assert json_ld(event(status=status, place=place))["eventAttendanceMode"] == f"https://schema.org/{mode}"


def test_search_engines_learn_the_next_dates_of_a_series() -> None:
    found = json_ld(weekly(80))
    assert found["@type"] == "EventSeries"
    assert len(found["subEvent"]) == MOST
    assert found["subEvent"][0]["startDate"] == "2026-12-03T16:00:00+01:00"
