"""Events are found by the words that people use, the best first, with counts of what each filter would bring."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.calendar import projection, search_store
from services.gateway.calendar import search as calendar_search
from tests.support.bus import Bus, Partner, eventually, submission
from tests.support.laws import examples

ZWICKAU = {"name": "Gasometer", "postal_code": "08056", "municipality": "Zwickau"}


@pytest.fixture(scope="module")
async def partner(bus: Bus) -> Partner:
    """A partner with events of 2034 that are told apart by their words."""
    partner = await bus.partner("wortverein")
    await partner.send(
        submission(
            "hilfe",
            title="Flüchtlingshilfe trifft sich",
            description="Wir suchen Helferinnen für die Krabbelgruppe.",
            starts_at="2034-03-05T10:00:00+01:00",
            topics=["flucht-und-asyl"],
            place=ZWICKAU,
        ),
        submission(
            "buecher",
            title="Bücherbasar",
            description="Der Erlös geht an die Flüchtlingshilfe. Haus der Begegnung, mit Café und Straßenmusik.",
            starts_at="2034-03-04T10:00:00+01:00",
            topics=["integration", "demokratie"],
            place=ZWICKAU,
            target_groups=["familien"],
        ),
        submission(
            "garten",
            title="Sommerfest im Garten",
            description="Begegnung im Haus gegenüber: der Garten der Generationen.",
            starts_at="2034-03-03T10:00:00+01:00",
            topics=["integration"],
            place={"municipality": "Werdau"},
            status="cancelled",
        ),
        submission(
            "reihe",
            title="Lesereihe",
            description="Jede Woche ein anderes Buch.",
            starts_at="2034-03-06T18:00:00+01:00",
            time_zone="Europe/Berlin",
            recurrence={"rrule": "FREQ=WEEKLY;COUNT=3"},
            overrides=[{"recurrence_id": "2034-03-13T18:00:00+01:00", "title": "Zauberberg am Kamin"}],
            topics=["weiterbildung"],
        ),
    )

    async def all_there() -> bool:
        return len(await bus.events(organiser=partner.id)) == 6

    await eventually(all_there)
    return partner


async def found(bus: Bus, partner: Partner, q: str, **filters: Any) -> list[str]:
    return [item["uid"] for item in await bus.events(organiser=partner.id, q=q, **filters)]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("Bücherbasar", "buecher"),  # as written
        ("buecherbasar", "buecher"),  # umlauts written out
        ("bucherbasar", "buecher"),  # and left out
        ("Strassenmusik", "buecher"),
        ("cafe", "buecher"),  # accents
        ("Gärten", "garten"),  # stems
        ("Somm", "garten"),  # a beginning
        ("Basar", "buecher"),  # the end of a compound
        ("gruppe", "hilfe"),
        ("Sommerfets", "garten"),  # mistyped
        ("Krabelgruppe", "hilfe"),
        ("Flüchtlingshilfe Café", "buecher"),  # all words
        ("Flüchtlingshilfe Garten", ""),
        ("die Flüchtlingshilfe und der Bücherbasar", "buecher"),  # words without meaning do not count
        ('"Haus der Begegnung"', "buecher"),  # together
        ("Haus Begegnung", "garten buecher"),
        ("„Haus der Begegnung“ Café", "buecher"),
        ("Gasometer Begegnung", "buecher"),  # place
        ("Werdau", "garten"),
        ("08056 Erlös", "buecher"),
        ("Asyl", "hilfe"),  # the label of a topic
        ("familien", "buecher"),  # target group
        ("Wortverein Lesereihe", "reihe reihe"),  # organiser
        ("Zauberberg", "reihe"),  # of one occurrence alone
        ("Zauberberg Woche", "reihe"),
        ("Xylophonkonzert", ""),
    ],
)
async def test_words_find_events(bus: Bus, partner: Partner, q: str, expected: str) -> None:
    assert await found(bus, partner, q) == expected.split()


async def test_a_title_counts_more_than_a_description_and_then_the_start(bus: Bus, partner: Partner) -> None:
    assert await found(bus, partner, "Flüchtlingshilfe") == ["hilfe", "buecher"]
    assert await found(bus, partner, "Begegnung") == ["garten", "buecher"]


async def test_what_was_found_comes_in_pages_without_gap_or_repetition(bus: Bus, partner: Partner) -> None:
    seen, cursor = [], None
    for _ in range(3):
        params = {"organiser": partner.id, "q": "Flüchtlingshilfe", "limit": "1"} | (
            {"cursor": cursor} if cursor else {}
        )
        page = (await bus.http.get("/v1/events", params=params)).json()
        seen += [item["uid"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break

    assert (seen, cursor) == (["hilfe", "buecher"], None)


async def test_a_cursor_of_a_search_is_refused_by_a_list_that_knows_no_such_place(bus: Bus, partner: Partner) -> None:
    search = {"organiser": partner.id, "q": "Begegnung", "limit": "1"}  # in descriptions, which come last
    cursor = (await bus.http.get("/v1/events", params=search)).json()["next"]
    plain = await bus.http.get("/v1/events", params={"organiser": partner.id, "cursor": cursor})

    assert plain.status_code == 422
    assert [error["code"] for error in plain.json()["errors"]] == ["cursor-invalid"]


async def test_words_and_filters_add_up(bus: Bus, partner: Partner) -> None:
    assert await found(bus, partner, "Begegnung", topic="demokratie") == ["buecher"]
    assert await found(bus, partner, "Begegnung", near="Werdau", radius_km=2) == ["garten"]
    assert await found(bus, partner, "Begegnung", status="cancelled") == ["garten"]
    assert await found(bus, partner, "Begegnung", to="2034-03-03") == ["garten"]


async def test_calendar_and_page_search_too(bus: Bus, partner: Partner) -> None:
    wanted = {"organiser": partner.id, "q": "Zauberberg"}
    calendar = (await bus.http.get("/v1/events.ics", params=wanted)).text
    page = (await bus.http.get(f"{bus.web_url}/", params=wanted)).text

    assert "Zauberberg am Kamin" in calendar
    assert "Zauberberg am Kamin" in page
    assert "Sommerfest" not in page
    assert 'value="Zauberberg"' in page


async def test_what_was_changed_is_found_by_its_new_words_and_what_was_withdrawn_by_none(bus: Bus) -> None:
    partner = await bus.partner()
    await partner.put(submission("a", title="Quittenkochen"))
    assert await found(bus, partner, "Quitten") == ["a"]
    await partner.put(submission("a", title="Rhabarberkochen"))
    assert await found(bus, partner, "Quitten") == []
    assert await found(bus, partner, "Rhabarber") == ["a"]
    await partner.delete("a")
    assert await found(bus, partner, "Rhabarber") == []


async def test_events_from_before_words_were_kept_are_completed(bus: Bus, partner: Partner) -> None:
    """What a new version does with the rows of an old one, by hand rather than by waiting for its next hour."""
    async with bus.database("gateway") as connection:
        event = await connection.fetchval("select id from event where document->>'title' = 'Bücherbasar'")
        await connection.execute("delete from words where event = $1", event)
        await connection.execute("update occurrence set latitude = null, ags = null where event = $1", event)
        async with connection.transaction():
            assert await projection.complete(connection, 100) == 1
        assert await projection.complete(connection, 100) == 0
    assert await found(bus, partner, "Bücherbasar", municipality="14524330", near="08056") == ["buecher"]


@pytest.mark.parametrize(
    "q",
    [
        "'",
        '"',
        "&",
        "|",
        "!",
        "a & | b",
        ":*",
        "'); drop table event; --",
        "<->",
        "\\",
        "%",
        "a:*b",
        "🎉",
        "-x",
    ],
)
async def test_whatever_is_typed_is_no_error(bus: Bus, q: str) -> None:
    for path in ("/v1/events", "/v1/events.ics", f"{bus.web_url}/"):
        response = await bus.http.get(path, params={"q": q, "limit": "1"})
        assert response.status_code == 200


async def test_a_character_that_no_text_holds_is_refused_where_it_stands(bus: Bus) -> None:
    for path in ("/v1/events", "/v1/events.ics"):
        response = await bus.http.get(path, params={"q": "a\x00b"})
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "q")
    page = await bus.http.get(f"{bus.web_url}/", params={"q": "a\x00b"})
    assert response.json()["errors"][0]["detail"] in page.text


@pytest.mark.hypothesis
async def test_any_text_makes_a_query_that_postgresql_takes(bus: Bus) -> None:
    texts: list[str] = []

    @given(
        st.text(max_size=60)
        | st.lists(st.sampled_from(['"', "'", "a", "Haus", "ß", "&", ":*", "\\", " "])).map("".join)
    )
    @examples(150)
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    async with bus.database("gateway") as connection:
        for text in texts:
            query = calendar_search.query(await search_store.find_terms(connection, calendar_search.terms(text)))
            assert query is None or await connection.fetchval("select $1::text::tsquery is not null", query)


async def counts(bus: Bus, partner: Partner, facets: str, **filters: Any) -> dict[str, dict[str, int]]:
    response = await bus.http.get("/v1/events", params={"organiser": partner.id, "facets": facets} | filters)
    response.raise_for_status()
    return {facet: {one["value"]: one["count"] for one in found} for facet, found in response.json()["facets"].items()}


async def test_every_filter_tells_how_many_occurrences_each_value_has(bus: Bus, partner: Partner) -> None:
    found = await counts(bus, partner, "topic,target_group,organiser,municipality,status")

    assert found == {
        "topic": {"weiterbildung": 3, "integration": 2, "demokratie": 1, "flucht-und-asyl": 1},
        "target_group": {"familien": 1},
        "organiser": found["organiser"],
        "municipality": {"14524330": 2, "14524300": 1},
        "status": {"scheduled": 5, "cancelled": 1},
    }
    assert found["organiser"][partner.id] == 6


async def test_a_filter_does_not_count_against_itself_but_against_the_others(bus: Bus, partner: Partner) -> None:
    found = await counts(bus, partner, "topic,status,municipality", topic="demokratie")

    assert found["topic"] == {"weiterbildung": 3, "integration": 2, "demokratie": 1, "flucht-und-asyl": 1}
    assert found["status"] == {"scheduled": 1}
    assert found["municipality"] == {"14524330": 1}
    assert (await counts(bus, partner, "topic", q="Begegnung"))["topic"] == {"integration": 2, "demokratie": 1}
    assert (await counts(bus, partner, "topic", near="Werdau", radius_km=3))["topic"] == {"integration": 1}


async def test_counts_are_kept_only_until_something_changes(bus: Bus) -> None:
    partner = await bus.partner()
    for number in (1, 2):
        await partner.put(submission(f"e{number}", topics=["integration"]))
        for _ in range(2):
            assert (await counts(bus, partner, "topic"))["topic"] == {"integration": number}
    await partner.delete("e1")
    assert (await counts(bus, partner, "topic"))["topic"] == {"integration": 1}


async def test_values_have_labels_in_the_language_of_whoever_asks(bus: Bus, partner: Partner) -> None:
    params = {"organiser": partner.id, "facets": "topic,municipality,organiser"}
    german = (await bus.http.get("/v1/events", params=params)).json()["facets"]
    english = (await bus.http.get("/v1/events", params=params, headers={"Accept-Language": "en"})).json()["facets"]

    assert [one["label"] for one in german["topic"] if one["value"] == "demokratie"] == ["Demokratie"]
    assert [one["label"] for one in english["topic"] if one["value"] == "demokratie"] == ["Democracy"]
    assert [one["label"] for one in german["municipality"]] == ["Zwickau", "Werdau"]
    assert [one["label"] for one in german["organiser"] if one["value"] == partner.id] == [f"Wortverein {partner.id}"]


async def test_counts_are_there_only_for_whoever_asks_and_an_unknown_one_is_refused(bus: Bus) -> None:
    assert "facets" not in (await bus.http.get("/v1/events")).json()
    response = await bus.http.get("/v1/events?facets=weather")
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "facets.0")


async def test_the_page_shows_counts_beside_topics_and_places(bus: Bus, partner: Partner) -> None:
    page = (await bus.http.get(f"{bus.web_url}/", params={"organiser": partner.id})).text

    assert 'Weiterbildung <span class="count">3' in page
    assert "Zwickau: 2 Termine" in page
