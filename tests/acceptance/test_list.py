"""Whoever asks gets what they asked for: filters, pages, entity tags, clear problems."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.bus import Bus, Partner, eventually, submission

ZWICKAU = {"name": "Gasometer", "municipality": "Zwickau", "ags": "14524330"}
WERDAU = {"name": "Saal", "municipality": "Werdau", "ags": "14524300"}


@pytest.fixture(scope="module")
async def partner(bus: Bus) -> Partner:
    """A partner with six events in the autumn of 2031, which no other test touches."""
    partner = await bus.partner()
    await partner.send(
        submission("a", starts_at="2031-09-01T10:00:00+02:00", topics=["integration"], place=ZWICKAU),
        submission("b", starts_at="2031-09-02T10:00:00+02:00", topics=["demokratie"], place=ZWICKAU),
        submission(
            "c", starts_at="2031-09-03", ends_at="2031-09-06", topics=["integration", "demokratie"], place=WERDAU
        ),
        submission("d", starts_at="2031-09-04T10:00:00+02:00", status="cancelled", target_groups=["familien"]),
        submission("e", starts_at="2031-09-05T23:30:00+02:00", place=WERDAU),
        submission("f", starts_at="2031-09-06T10:00:00+02:00"),
    )

    async def all_there() -> bool:
        return len(await bus.events(organiser=partner.id)) == 6

    await eventually(all_there)
    return partner


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "abcdef"),
        ({"topic": "integration"}, "ac"),
        ({"topic": ["integration", "demokratie"]}, "abc"),
        ({"municipality": "14524330"}, "ab"),
        ({"municipality": "werdau"}, "ce"),
        ({"municipality": "Werdau", "topic": "demokratie"}, "c"),
        ({"target_group": "familien"}, "d"),
        ({"status": "cancelled"}, "d"),
        ({"from": "2031-09-05"}, "cef"),  # the all-day event still runs on the 5th
        ({"from": "2031-09-06"}, "f"),
        ({"from": "2031-09-02", "to": "2031-09-03"}, "bc"),
        ({"to": "2031-09-05"}, "abcde"),
        ({"to": "2031-09-05T23:30:00+02:00"}, "abcd"),
        ({"from": "2031-09-05T23:30:00+02:00"}, "cef"),
        ({"topic": ["", "integration"], "municipality": ""}, "ac"),
    ],
)
async def test_filters_add_up(bus: Bus, partner: Partner, filters: dict[str, Any], expected: str) -> None:
    items = await bus.events(organiser=partner.id, **filters)

    assert "".join(item["uid"] for item in items) == expected


async def test_pages_follow_each_other_without_gap_or_repetition(bus: Bus, partner: Partner) -> None:
    seen, cursor = [], None
    for _ in range(3):
        params = {"organiser": partner.id, "limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await bus.http.get("/v1/events", params=params)).json()
        seen += [item["uid"] for item in page["items"]]
        cursor = page["next"]

    assert seen == list("abcdef")
    assert cursor is None


async def test_what_the_client_has_already_is_not_sent_again(bus: Bus, partner: Partner) -> None:
    for path in (f"/v1/events?organiser={partner.id}", f"/v1/events.ics?organiser={partner.id}", "/v1/topics"):
        first = await bus.http.get(path)
        second = await bus.http.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert (first.status_code, second.status_code, second.content) == (200, 304, b"")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("from=gestern", "from"),
        ("to=2031-02-30", "to"),
        ("cursor=unsinn", "cursor"),
        ("status=egal", "status.0"),
        ("themen=integration", "themen"),
    ],
)
async def test_a_parameter_that_cannot_be_understood_is_named(bus: Bus, query: str, field: str) -> None:
    response = await bus.http.get(f"/v1/events?{query}")

    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in response.json()["errors"]] == [field]


async def test_what_does_not_exist_is_a_problem_for_programs_and_a_page_for_people(bus: Bus) -> None:
    nowhere = uuid4()

    for_programs = await bus.http.get(f"/v1/events/{nowhere}")
    for_people = await bus.http.get(f"{bus.web_url}/events/{nowhere}", headers={"Accept": "text/html"})

    assert (for_programs.status_code, for_people.status_code) == (404, 404)
    assert for_programs.json()["type"] == "/problems/not-found"
    assert for_people.headers["content-type"].startswith("text/html")
    assert '<html lang="de"' in for_people.text


async def test_the_page_shows_the_list_and_keeps_the_filters(bus: Bus, partner: Partner) -> None:
    page = await bus.http.get(
        f"{bus.web_url}/", params={"topic": "integration", "from": "2031-09-01", "to": "2031-09-03"}
    )

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "Titel a" in page.text
    assert "Titel c" in page.text
    assert "Titel b" not in page.text
    assert 'value="2031-09-01"' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_the_descriptions_of_the_interface_are_served(bus: Bus) -> None:
    openapi = (await bus.http.get("/openapi.json")).json()
    asyncapi = [(await bus.http.get(f"/asyncapi/{service}.json")).json() for service in ("events", "members")]

    assert "put" in openapi["paths"]["/v1/partners/{partner}/events/{uid}"]
    assert [document["asyncapi"] for document in asyncapi] == ["3.0.0"] * 2
    assert [document["info"]["title"] for document in asyncapi] == ["Bündnisbus: events", "Bündnisbus: members"]
    assert (await bus.http.get("/asyncapi/nothing.json")).status_code == 404
