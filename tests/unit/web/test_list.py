"""The list tells what is on, for everyone, and keeps what was chosen."""

from urllib.parse import parse_qs, urlsplit

import pytest

from services.web.calendar import pages
from services.web.common.language import negotiate
from tests.unit.web.parsed import Page
from tests.unit.web.samples import NOW, PLACE, item, view

GERMAN = negotiate("de")
ENGLISH = negotiate("en")


def rendered(*items: dict[str, object], **changed: object) -> Page:
    return Page(pages.render_list(view(*items, **changed), GERMAN))


def test_events_stand_under_their_day_with_time_place_organiser_and_topics() -> None:
    page = rendered(item(), item(starts_at="2026-12-04T09:30:00+01:00", ends_at=None))
    first, second = page.all("article")
    assert "16:00–18:00 Uhr" in first.text
    assert "Alter Gasometer, Kleine Biergasse 3, 08056 Zwickau" in first.text
    assert "Interkultureller Treff e. V." in first.text
    assert "Integration" in first.text
    assert "09:30 Uhr" in second.text
    days = [heading.text for heading in page.all("h2") if "Dezember" in heading.text]
    assert days[0].startswith("Donnerstag, 3. Dezember 2026")
    assert days[0].endswith("Morgen")
    assert days[1].startswith("Freitag, 4. Dezember 2026")


def test_a_title_leads_to_the_page_of_its_event() -> None:
    assert rendered(item()).one("a", href=f"/events/{item()['id']}").text == "Interkulturelles Café"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("cancelled", "Abgesagt"),
        ("postponed", "Verschoben"),
        ("rescheduled", "Neuer Termin"),
        ("moved-online", "Jetzt online"),
    ],
)
def test_what_became_of_an_event_is_said_in_words(status: str, words: str) -> None:
    assert words in rendered(item(status=status)).one("article").text
    assert words not in rendered(item()).one("article").text


def test_times_are_those_of_the_alliance_wherever_they_were_written() -> None:
    page = rendered(item(starts_at="2026-12-03T23:30:00Z", ends_at="2026-12-04T00:30:00Z", time_zone="UTC"))
    assert "00:30–01:30 Uhr" in page.one("article").text
    assert any(heading.text.startswith("Freitag, 4. Dezember 2026") for heading in page.all("h2"))


def test_an_all_day_event_says_so_and_a_longer_one_names_its_last_day() -> None:
    one = item(starts_at="2026-12-05", ends_at="2026-12-06", all_day=True)
    three = item(starts_at="2026-12-05", ends_at="2026-12-08", all_day=True)
    page = rendered(one, three)
    assert "ganztägig" in page.all("article")[0].text
    assert "5.–7. Dezember 2026" in page.all("article")[1].text


def test_an_event_without_place_end_or_topics_is_shown_too() -> None:
    assert "16:00 Uhr" in rendered(item(place=None, ends_at=None, topics=[])).one("article").text
    online = {**dict.fromkeys(PLACE), "online_url": "https://meet.example.org/x"}
    assert "online" in rendered(item(place=online)).one("article").text


def test_filters_keep_their_values() -> None:
    page = rendered(
        topics=("integration", "nachbarschaft"),
        place='Zwickau "Süd"',
        date_from="2026-12-01",
        date_to="2026-12-31",
        organisers=("treff",),
    )
    checked = {box.attributes["value"] for box in page.all("input", type="checkbox") if "checked" in box.attributes}
    assert checked == {"integration", "nachbarschaft", "treff"}
    assert page.one("input", name="near").attributes["value"] == 'Zwickau "Süd"'
    assert page.one("input", name="from").attributes["value"] == "2026-12-01"
    assert page.one("input", name="to").attributes["value"] == "2026-12-31"
    assert "Integration · nachbarschaft · treff" in page.one("summary").text


def test_what_is_no_date_stays_where_it_can_be_corrected() -> None:
    page = rendered(date_from="morgen", errors=("muss ein Datum sein",))
    field = page.one("input", name="from")
    assert (field.attributes["type"], field.attributes["value"]) == ("text", "morgen")
    assert "muss ein Datum sein" in page.one("div", role="alert").text
    assert page.one("input", name="to").attributes["type"] == "date"
    assert "open" in page.one("details").attributes


def test_organisers_are_called_by_their_names() -> None:
    page = rendered(item(), organisers=("treff",))
    assert "Interkultureller Treff e. V." in page.one("form").text


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (
            2,  # a Wednesday
            {
                "Alle kommenden": (None, None),
                "Heute": ("2026-12-02", "2026-12-02"),
                "Dieses Wochenende": ("2026-12-05", "2026-12-06"),
                "Nächste 7 Tage": ("2026-12-02", "2026-12-08"),
                "Dieser Monat": ("2026-12-02", "2026-12-31"),
            },
        ),
        (5, {"Dieses Wochenende": ("2026-12-05", "2026-12-06")}),
        (6, {"Dieses Wochenende": ("2026-12-06", "2026-12-06")}),
        (31, {"Dieser Monat": ("2026-12-31", "2026-12-31")}),
    ],
)
def test_periods_are_links_that_keep_the_other_filters(
    today: int, expected: dict[str, tuple[str | None, str | None]]
) -> None:
    chosen = {"topics": ("integration", "demokratie"), "place": "Zwickau", "organisers": ("treff",)}
    page = rendered(now=NOW.replace(day=today), **chosen)
    links = {
        link.text: urlsplit(str(link.attributes["href"]))
        for link in page.all("a")
        if "main" in link.path and "nav" in link.path
    }
    for label, (first, last) in expected.items():
        query = parse_qs(links[label].query)
        assert (query.get("from", [None])[0], query.get("to", [None])[0]) == (first, last)
        assert query["topic"] == ["integration", "demokratie"]
        assert (query["near"], query["organiser"]) == (["Zwickau"], ["treff"])


def test_today_is_what_the_clocks_of_the_alliance_say() -> None:
    page = rendered(now=NOW.fromisoformat("2026-12-02T23:30:00+00:00"))
    assert page.all("a", href="/?from=2026-12-03&to=2026-12-03")


def test_the_chosen_period_is_marked() -> None:
    page = rendered(date_from="2026-12-02", date_to="2026-12-08")
    assert page.one("a", aria_current="true").text == "Nächste 7 Tage"
    assert rendered().one("a", aria_current="true").text == "Alle kommenden"


def test_an_empty_list_says_what_to_do_next() -> None:
    assert "Sobald ein Mitglied" in rendered().one("main").text
    filtered = rendered(topics=("integration",)).one("main").text
    assert "Versuchen Sie es" in filtered
    assert "Alle kommenden Veranstaltungen zeigen" in filtered
    assert "Versuchen Sie es" not in rendered(topics=("x",), errors=("falsch",)).one("main").text


def test_the_next_page_is_one_link_away_where_there_is_one() -> None:
    page = rendered(item(), next_url="/?topic=a&cursor=b")
    assert page.one("a", rel="next").text == "Weitere Veranstaltungen"
    assert page.one("a", rel="next").attributes["href"] == "/?topic=a&cursor=b"
    assert not rendered(item()).all("a", rel="next")


def test_the_selection_can_be_subscribed_to() -> None:
    page = rendered(item(), topics=("integration",), calendar_url="/v1/events.ics?topic=integration")
    link = page.one("a", href="/v1/events.ics?topic=integration")
    assert link.text == "Diese Auswahl als Kalender abonnieren"


def test_topics_have_their_labels_in_the_language_of_the_page() -> None:
    page = Page(pages.render_list(view(item(topics=["demokratie", "nachbarschaft"])), ENGLISH))
    assert "Democracy" in page.one("article").text
    assert "nachbarschaft" in page.one("article").text


def test_an_unclear_place_is_asked_back_with_links_that_keep_the_other_filters() -> None:
    several = [{"name": "Meerane", "postal_codes": ["08393"]}, {"name": "Schönberg", "postal_codes": ["08393"]}]
    page = rendered(place="08393", radius_km=5, topics=("integration",), words="Café", errors=("!",), choices=several)
    links = {link.text: parse_qs(urlsplit(str(link.attributes["href"])).query) for link in page.all("a")}
    assert "Welchen Ort meinen Sie?" in page.one("div", role="alert").text
    assert links["Schönberg"] == {
        "near": ["08393 Schönberg"],
        "radius_km": ["5"],
        "topic": ["integration"],
        "q": ["Café"],
    }
    assert page.one("input", name="near").attributes["value"] == "08393"


def test_a_retired_postal_code_is_never_shown_again() -> None:
    page = rendered(place="08432", errors=("!",), choices=[{"name": "Werdau", "postal_codes": ["08412"]}])
    assert page.one("a", href="/?near=08412+Werdau&radius_km=10").text == "Werdau"


def test_how_far_around_a_place_is_chosen_stays_chosen() -> None:
    def radii(km: float) -> list[tuple[str, bool]]:
        options = [one for one in rendered(place="Zwickau", radius_km=km).all("option") if "select" in one.path]
        return [(option.text, "selected" in option.attributes) for option in options]

    assert [text for text, _ in radii(10)] == ["nur dieser Ort", "5 km", "10 km", "20 km", "50 km"]
    assert [text for text, chosen in radii(10) if chosen] == ["10 km"]
    assert [text for text, chosen in radii(0) if chosen] == ["nur dieser Ort"]
    assert [text for text, chosen in radii(7.5) if chosen] == ["7,5 km"]


def test_topics_and_municipalities_say_how_much_there_is() -> None:
    page = rendered(topic_counts={"integration": 1234})
    labels = [label.text for label in page.all("label")]
    assert any(label.startswith("Integration") and "1.234" in label for label in labels)
    assert any(label.startswith("Demokratie") and "0" in label for label in labels)
    assert "Werdau: 1 Termin" in [option.text for option in page.all("option", value="Werdau")]
    assert not any(c.isdigit() for c in rendered().one("fieldset", class_="topics").text)


def test_the_words_that_were_searched_stay_in_the_field_and_in_what_is_chosen() -> None:
    page = rendered(words="Flüchtlinge hilfe")
    assert page.one("input", name="q").attributes["value"] == "Flüchtlinge hilfe"
    assert "„Flüchtlinge hilfe“" in page.one("summary").text
