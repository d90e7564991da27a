"""The directory of members, the page of each, and its year."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from services.web.common.language import negotiate
from services.web.members import pages as members
from services.web.members import years
from services.web.members.pages import Filters
from shared.places import Place, Places
from tests.unit.web import samples_members as samples
from tests.unit.web.parsed import Page
from tests.unit.web.samples_members import TODAY, because, empty_year, long_year, organisation, passive, year

GERMAN = negotiate("de")
ENGLISH = negotiate("en")


def directory(*facts: dict[str, Any], filters: Filters | None = None, following: str | None = None) -> Page:
    documents = [samples.shown(fact) for fact in facts]
    html = members.render_members(documents, filters or Filters(), GERMAN, today=TODAY, following=following)
    return Page(html)


def shown(fact: dict[str, Any]) -> Page:
    return Page(members.render_member(samples.shown(fact), GERMAN, today=TODAY))


def year_page(document: dict[str, Any]) -> Page:
    return Page(years.render_year(document, GERMAN, today=TODAY))


def texts(page: Page, kind: str, **attributes: str) -> list[str]:
    return [element.text for element in page.all(kind, **attributes)]


def test_the_directory_says_who_helps_where_with_what_and_in_which_languages() -> None:
    (card,) = texts(directory(organisation()), "li", class_="card member")
    assert card == (
        "Interkultureller Treff e. V. Aktiv Teilnahme an den letzten 3 Sitzungen: 1,5"
        " Wo: Im ganzen Landkreis · Werdau · Zwickau · 12,5 km rund um Zwickau"
        " Hilft mit: Beratung, Begleitung Sprachen: Deutsch, Arabisch Integration Demokratie"
    )


def test_who_is_passive_at_present_is_there_too_with_the_reasons() -> None:
    (card,) = texts(directory(passive()), "li", class_="card member is-passive")
    assert "Zurzeit passiv War bei den letzten 3 Sitzungen nicht dabei" in card


def test_what_was_chosen_stays_chosen_and_is_kept_by_the_link_to_further_members() -> None:
    chosen = Filters(("integration", "fremd"), " 08056 ")
    found = directory(organisation(), filters=chosen, following="weiter")
    boxes = [box.attributes["value"] for box in found.all("input", type="checkbox") if "checked" in box.attributes]
    assert boxes == ["integration", "fremd"]
    assert found.one("input", name="municipality").attributes["value"] == " 08056 "
    query = parse_qs(urlsplit(str(found.one("a", rel="next").attributes["href"])).query)
    assert query == {"topic": ["integration", "fremd"], "municipality": ["08056"], "cursor": ["weiter"]}
    assert found.one("form").attributes["method"] == "get"


def test_a_place_that_means_several_is_asked_back_with_links_that_keep_the_topics() -> None:
    several = [{"name": "Meerane", "postal_codes": ["08393"]}, {"name": "Schönberg", "postal_codes": ["08393"]}]
    found = directory(filters=Filters(("integration",), "08393", ("Ort: unklar",), several))
    assert found.one("div", role="alert")
    (link,) = [link for link in found.all("a") if link.text == "Schönberg"]
    assert parse_qs(urlsplit(str(link.attributes["href"])).query) == {
        "topic": ["integration"],
        "municipality": ["08393 Schönberg"],
    }


def test_an_empty_directory_says_why() -> None:
    assert "passt kein Mitglied" in directory(filters=Filters(("integration",))).one("div", class_="empty").text
    assert "noch niemand eingetragen" in directory().one("div", class_="empty").text


def test_districts_are_named_by_key_where_the_alliance_has_several() -> None:
    several = Places([(Place(ags, ags, (), 50.0, 12.0), ()) for ags in ("14524330", "14523320")])
    assert members.areas({"districts": ["14523"]}, GERMAN, several) == ("Landkreis 14523",)
    unknown = {"municipalities": ["99999999"], "around": [{"ags": "99999999", "radius_km": 5}]}
    assert members.areas(unknown, GERMAN, several) == ("99999999", "5 km rund um 99999999")


def test_the_page_of_a_member_leads_to_its_events_and_to_all_years_of_its_membership() -> None:
    found = shown(organisation())
    addresses = [link.attributes["href"] for link in found.all("a")]
    assert "/?organiser=treff" in addresses
    years_of = [address for address in addresses if str(address).startswith("/members/treff/")]
    assert years_of == ["/members/treff/2026", "/members/treff/2025", "/members/treff/2024"]
    assert "Antwortet innerhalb von 3 Arbeitstagen" in texts(found, "dd")


def test_the_page_of_a_member_says_why_it_is_active_what_keeps_it_so_and_thanks_it() -> None:
    found = shown(organisation())
    assert texts(found, "ul", class_="reasons") == [
        "Teilnahme an den letzten 3 Sitzungen: 1,5",
        "Teilnahme an der Sitzung am 11. März 2027",
    ]
    assert texts(found, "blockquote") == [
        "Danke für jedes Café. Und für alle Übersetzungen. Das Koordinierungsbüro, für 2026",
        "Danke für das Sommerfest. Das Koordinierungsbüro, für 2025",
    ]
    assert "So wird es wieder aktiv:" in texts(shown(passive()), "p")


def test_where_the_office_decided_otherwise_its_reason_is_told_and_not_that_of_the_log() -> None:
    decided = {"on": "2026-11-01", "status": "active", "reason": "Sie bauen gerade um."}
    found = shown(passive() | {"status": "active", "confirmation": decided})
    assert texts(found, "ul", class_="reasons") == ["Sie bauen gerade um."]


def test_what_is_not_known_of_a_member_is_left_out() -> None:
    bare = organisation(
        description=None, url=None, areas={}, topics=[], kinds=[], languages=[], response_days=None, thanks=[]
    )
    found = shown(bare | {"activity": None, "admission": None})
    assert texts(found, "dt") == texts(found, "blockquote") == texts(found, "ul", class_="reasons") == []


def test_an_address_that_is_no_web_page_is_no_link() -> None:
    found = shown(organisation(url="javascript:alert(1)", description=None))
    assert not [link for link in found.all("a") if "javascript" in str(link.attributes["href"])]


def test_a_year_tells_of_meetings_contributions_and_events_in_warm_and_plain_words() -> None:
    found = year_page(year())
    assert found.one("h1").text == "Interkultureller Treff e. V. 2026"
    assert found.one("p", class_="sentence").text == "7 Veranstaltungen an 12 Terminen in 4 Gemeinden"
    assert texts(found, "ul", class_="figures") == ["2 gemeinsame Treffen 1 Beitrag 7 Veranstaltungen"]
    assert found.one("blockquote").text.startswith("Danke für jedes Café. Und für alle Übersetzungen.")
    assert texts(found, "ul", class_="dates") == [
        "15. Januar 2026 Interkulturelles Café 6 Termine 4. Juli 2026 Sommerfest am Fluss",
        "5. März 2026 Frühjahrssitzung Sitzung 12. Juni 2026 Klausur im Kloster Klausur, online dabei",
        "20. April 2026 Handreichung zu Hass im Netz Inhaltliche Unterstützung",
    ]
    assert "/?organiser=treff&from=2026-01-01&to=2026-12-31" in [a.attributes["href"] for a in found.all("a")]


def test_a_year_never_tells_of_absences() -> None:
    told = year_page(year()).one("main").text
    for word in ("Herbstsitzung", "fehl", "abwesend", "entschuldigt"):
        assert word not in told


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ({"events": 1, "times": 1, "municipalities": ["Werdau"]}, "1 Veranstaltung in 1 Gemeinde"),
        ({"events": 1, "times": 6, "municipalities": []}, "1 Veranstaltung an 6 Terminen"),
        ({"events": 1_200, "times": 1_200, "municipalities": []}, "1.200 Veranstaltungen"),
    ],
)
def test_the_reach_of_events_is_said_as_far_as_it_says_something(events: dict[str, Any], said: str) -> None:
    assert years.reach(events, GERMAN) == said


def test_requests_for_help_are_told_and_none_is_not_shown_as_a_zero() -> None:
    assert "Anfrage" not in year_page(year()).one("main").text
    assert "Anfrage" not in year_page(year(referrals=None)).one("main").text, "of a gateway that does not count them"
    found = year_page(year(referrals={"accepted": 6, "in_time": 1}))
    assert "6 angenommene Anfragen" in found.one("ul", class_="figures").text
    assert "6 Anfragen angenommen 1 Anfrage so bald beantwortet wie versprochen" in found.one("main").text


def test_few_requests_are_told_without_their_number() -> None:
    found = year_page(empty_year(referrals={"accepted": None, "in_time": None}))
    assert texts(found, "p", class_="sentence") == ["Hat Anfragen angenommen"]
    assert not found.all("ul", class_="figures")
    assert not found.all("div", class_="empty")


@pytest.mark.parametrize(("number", "said"), [(2025, "ist nichts eingetragen"), (2026, "ist noch nichts eingetragen")])
def test_an_empty_year_says_so_kindly(number: int, said: str) -> None:
    found = year_page(empty_year(year=number))
    assert said in found.one("div", class_="empty").text
    assert "ergänzt es das Koordinierungsbüro gern" in found.one("div", class_="empty").text
    assert not found.all("ul", class_="figures")


def test_the_thanks_of_an_empty_year_are_said_all_the_same() -> None:
    assert "Danke!" in year_page(empty_year(thanks="Danke!")).one("blockquote").text


def test_of_a_long_year_the_rest_is_folded_away_and_counted() -> None:
    summaries = texts(year_page(long_year()), "summary")
    assert [summary.split(":")[0] for summary in summaries] == ["und 50 weitere", "und 22 weitere", "und 22 weitere"]


def test_the_pages_speak_the_language_of_the_reader_and_names_keep_their_direction() -> None:
    found = Page(members.render_member(samples.shown(organisation(name="مركز اللقاء"), "en"), ENGLISH, today=TODAY))
    assert found.one("h1").attributes["dir"] == "auto"
    assert "Helps with" in texts(found, "dt")
    unknown = organisation()
    unknown["activity"]["because"] = [because("unheard-of", "It did something new.")]
    assert "It did something new." in texts(shown(unknown), "ul", class_="reasons")


def test_a_meeting_without_a_title_is_named_by_its_kind_once() -> None:
    document = year()
    document["meetings"] = [
        {"id": "m", "title": None, "kind": "retreat", "on": "2026-06-12", "presence": "present"},
    ]
    page = year_page(document)

    (row,) = [row for row in texts(page, "li") if "12. Juni 2026" in row]
    assert row == "12. Juni 2026 Klausur"
