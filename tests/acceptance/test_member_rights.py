"""Who may read and write what of members, as the gateway decides it alone: without the service that answers."""

from typing import Any, Final
from uuid import uuid4

import httpx
import pytest
from icalendar import Calendar

from deploy.local.bootstrap import gateway_settings
from services.gateway.common.access.cli import create_key, is_organisation
from services.gateway.common.requests.table import WRITES
from tests.support import member_facts as told
from tests.support.bus import Bus, eventually
from tests.support.member_facts import project

ID: Final = "6b1f0c9e-0000-4000-8000-000000000001"
OFFICE_READS: Final = (
    *("/v1/office/members", "/v1/office/members/x-y", "/v1/office/people", f"/v1/office/people/{ID}"),
    *("/v1/office/meetings", "/v1/office/contributions", f"/v1/office/contributions/{ID}", "/v1/office/trainings"),
    *(f"/v1/office/trainings/{ID}", "/v1/office/multipliers", f"/v1/office/multipliers/{ID}"),
)


class Told:
    """A member, one that is not listed, a former one, their keys; two meetings, minutes and a person."""

    def __init__(self) -> None:
        mark = uuid4().hex[:6]
        self.member, self.quiet, self.former = f"rechte-{mark}", f"stille-{mark}", f"ehemals-{mark}"
        self.person = told.person(name=f"Mika {mark}", roles=[{"organisation": self.member, "role": "deputy"}])
        attended: dict[str, Any] = {"attendance": {self.member: "present"}, "invited": [self.member]}
        self.public = told.meeting(title=f"Offen {mark}", **attended)
        self.closed = told.meeting(title=f"Intern {mark}", public=False, has_minutes=True, **attended)
        self.minutes = told.minutes(self.closed.id, text=f"Es sprach Mika {mark}.")
        self.contribution = told.contribution(organisation=self.member, status="reported")
        self.keys: dict[str, str] = {}

    def headers(self, who: str | None) -> dict[str, str]:
        """What somebody sends along; None: nothing."""
        return {"Authorization": f"Bearer {self.keys[who]}"} if who else {}


@pytest.fixture(scope="module")
async def there(bus: Bus) -> Told:
    """All of it in the views, with a key for each organisation and the office."""
    found = Told()
    async with bus.database("gateway") as connection, connection.transaction():
        await project(
            connection,
            told.organisation(found.member),
            told.organisation(found.quiet, listed=False),
            told.organisation(found.former, status="left", left_on="2030-01-01"),
            *(found.person, found.public, found.closed, found.minutes, found.contribution),
        )
    for owner in (found.member, found.quiet, found.former):
        _, found.keys[owner] = await create_key(gateway_settings(bus.platform), owner)
    _, found.keys["events"] = await create_key(gateway_settings(bus.platform), found.member, ("events:write",))
    found.keys["office"] = await bus.office_key()
    return found


async def get(bus: Bus, there: Told, path: str, who: str | None = None, **headers: str) -> httpx.Response:
    """Read as somebody."""
    return await bus.http.get(path, headers=there.headers(who) | headers)


def filled(path: str, member: str) -> str:
    """The path of a write with something in its place."""
    for name in ("person", "meeting", "contribution", "training", "multiplier", "goal"):
        path = path.replace(f"{{{name}}}", ID)
    return path.replace("{member}", member).replace("{charter}", "leitbild").replace("{kind}", "leitbild")


OF_MEMBERS: Final = [write for write in WRITES if write.kind.startswith("members.")]


@pytest.mark.parametrize("write", OF_MEMBERS, ids=lambda write: f"{write.method} {write.path}")
async def test_every_write_needs_a_key_that_may_make_it(bus: Bus, there: Told, write: Any) -> None:
    path, body = filled(write.path, there.member), {"version": "not a number"}

    async def sent(who: str | None, path: str = path) -> tuple[int, str]:
        answer = await bus.http.request(write.method, path, json=body, headers=there.headers(who))
        return answer.status_code, answer.json()["type"]

    assert await sent(None) == (401, "/problems/unauthorized")
    assert await sent("events") == (403, "/problems/forbidden")
    if write.scope == "office":
        assert await sent(there.member) == (403, "/problems/forbidden")
    else:
        assert await sent(there.quiet) == (403, "/problems/forbidden")
        assert (await sent(there.member, filled(write.path, "Kein_Verein")))[0] == 404


async def test_what_is_asked_for_in_anothers_name_is_refused_by_field(bus: Bus, there: Told) -> None:
    path = f"/v1/members/{there.member}/contributions/{ID}"
    body = {"kind": "content", "title": "Text", "on": "2026-01-01", "organisation": there.quiet}
    answer = await bus.http.put(path, json=body, headers=there.headers(there.member))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "organisation-differs")
    assert answer.json()["errors"][0]["detail"] == "ist eine andere als in der Adresse"
    mistaken = await bus.http.put(
        f"/v1/office/people/{ID}",
        json={"name": "A", "consent": "1", "email": "kein at"},
        headers=there.headers("office"),
    )
    assert (mistaken.status_code, mistaken.json()["errors"][0]["field"]) == (422, "email")
    assert "kein at" not in mistaken.text


async def test_who_reports_is_whose_key_it_is_whatever_the_body_says(bus: Bus, there: Told) -> None:
    contribution = str(uuid4())
    body = {"kind": "content", "title": "Text", "on": "2026-01-01", "by": "office"}
    path = f"/v1/members/{there.member}/contributions/{contribution}"
    answer = await bus.http.put(path, json=body, headers=there.headers(there.member))
    assert answer.status_code == 202, answer.text
    assert answer.json()["resource"] == path

    async def sent() -> bytes:
        records = await bus.records("members.commands")
        return next((record.value or b"" for record in records if record.key == contribution.encode()), b"")

    value = await eventually(sent, what="the command")
    assert f'"by":"{there.member}"'.encode() in value.replace(b" ", b"")


@pytest.mark.parametrize("path", OFFICE_READS)
async def test_the_office_s_lists_are_for_the_office_alone(bus: Bus, there: Told, path: str) -> None:
    assert (await get(bus, there, path)).status_code == 401
    assert (await get(bus, there, path, there.member)).status_code == 403
    answer = await get(bus, there, path, "office")
    assert answer.status_code in (200, 404)
    assert answer.status_code == 404 or answer.headers["cache-control"] == "private, no-cache"


async def test_the_directory_shows_members_that_want_it(bus: Bus, there: Told) -> None:
    async def status(member: str, who: str | None = None) -> int:
        return (await get(bus, there, f"/v1/members/{member}", who)).status_code

    items = (await bus.http.get("/v1/members", params={"q": there.member})).json()["items"]
    assert [item["id"] for item in items] == [there.member]
    assert await status(there.member) == 200
    assert [await status(name) for name in (there.quiet, there.former, "nie-gesehen")] == [404] * 3
    assert [await status(name, name) for name in (there.quiet, there.former)] == [200, 200]
    assert await status(there.quiet, there.member) == 404
    assert await status(there.former, "office") == 200
    assert (await get(bus, there, f"/v1/members/{there.quiet}/years/2030")).status_code == 404
    assert (await get(bus, there, f"/v1/members/{there.quiet}/years/2030", there.quiet)).status_code == 200
    own = await get(bus, there, f"/v1/members/{there.member}", there.member)
    assert (own.json()["listed"], own.headers["cache-control"]) == (True, "private, no-cache")
    assert "listed" not in (await get(bus, there, f"/v1/members/{there.member}")).json()


async def test_a_list_is_answered_anew_only_when_it_has_changed(bus: Bus, there: Told) -> None:
    first = await bus.http.get("/v1/members", params={"q": there.member})
    again = await bus.http.get(
        "/v1/members", params={"q": there.member}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert again.status_code == 304
    assert {"Accept-Language", "Authorization"} <= {part.strip() for part in first.headers["vary"].split(",")}


async def test_a_meeting_that_is_not_public_is_for_members(bus: Bus, there: Told) -> None:
    path = f"/v1/meetings/{there.closed.id}"
    # A former member's key opens no more than no key does.
    assert [(await get(bus, there, path, who)).status_code for who in (None, there.former)] == [404, 404]
    assert (await get(bus, there, path, "events")).status_code == 403
    seen = (await get(bus, there, path, there.member)).json()
    assert seen["attendance"] == [
        {"organisation": {"id": there.member, "name": there.member.title()}, "presence": "present"}
    ]
    public = (await get(bus, there, f"/v1/meetings/{there.public.id}")).json()
    assert "attendance" not in public
    listed = await bus.http.get("/v1/meetings", params={"from": "2031-03-04", "to": "2031-03-04", "limit": 200})
    titles = {item["title"] for item in listed.json()["items"]}
    assert there.public.title in titles
    assert there.closed.title not in titles
    with_key = await bus.http.get(
        "/v1/meetings", params={"from": "2031-03-04", "limit": 200}, headers=there.headers(there.member)
    )
    assert {there.public.title, there.closed.title} <= {item["title"] for item in with_key.json()["items"]}


async def test_minutes_are_for_members_and_the_office(bus: Bus, there: Told) -> None:
    path = f"/v1/meetings/{there.closed.id}/minutes"
    assert (await get(bus, there, path)).status_code == 401
    assert (await get(bus, there, path, there.former)).json()["type"] == "/problems/not-a-member"
    for who in (there.member, there.quiet, "office"):
        answer = await get(bus, there, path, who)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/markdown")
        assert there.minutes.text in answer.text
    assert (await get(bus, there, f"/v1/meetings/{there.public.id}/minutes", "office")).status_code == 404


async def test_a_calendar_is_opened_by_its_address_alone(bus: Bus, there: Told) -> None:
    path = f"/v1/members/{there.member}/calendar"
    assert (await get(bus, there, path)).status_code == 401
    assert (await get(bus, there, path, there.quiet)).status_code == 403
    assert (await get(bus, there, f"/v1/members/{there.former}/calendar", there.former)).status_code == 404
    url = (await get(bus, there, path, there.member)).json()["url"]
    assert url == (await get(bus, there, path, "office")).json()["url"]
    answer = await bus.http.get(url)
    assert answer.headers["content-type"].startswith("text/calendar")
    names = {str(event["SUMMARY"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    assert names == {there.public.title, there.closed.title}
    assert (await bus.http.get(f"{url}x")).status_code == 404
    assert (await bus.http.get(url.replace(there.member, there.quiet))).status_code == 404
    assert (await bus.http.get(f"/v1/members/{there.member}/meetings.ics")).status_code == 404


async def test_contributions_are_seen_by_their_organisation_and_the_office(bus: Bus, there: Told) -> None:
    path = f"/v1/members/{there.member}/contributions"
    assert (await get(bus, there, path, there.quiet)).status_code == 403
    for who in (there.member, "office"):
        assert there.contribution.id in [item["id"] for item in (await get(bus, there, path, who)).json()["items"]]
    one = await get(bus, there, f"{path}/{there.contribution.id}", there.member)
    assert one.json()["status"] == "reported"
    elsewhere = f"/v1/members/{there.quiet}/contributions/{there.contribution.id}"
    assert (await get(bus, there, elsewhere, there.quiet)).status_code == 404


async def test_the_office_sees_organisations_with_their_people(bus: Bus, there: Told) -> None:
    answer = (await get(bus, there, f"/v1/office/members/{there.member}", "office")).json()
    assert answer["people"] == [{"id": there.person.id, "name": there.person.name, "role": "deputy"}]
    people = await get(bus, there, f"/v1/office/people?organisation={there.member}", "office")
    assert [item["name"] for item in people.json()["items"]] == [there.person.name]
    assert (await get(bus, there, "/v1/office/people?cursor=x", "office")).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/v1/members?status=left",
            "/v1/members?topic=%00",
            "/v1/members?municipality=Nirgendwo",
            "/v1/members?q=%00",
        ),
        *("/v1/meetings?from=gestern", "/v1/meetings?cursor=x", "/v1/meetings/kein-uuid", "/v1/goals?status=some"),
        *("/v1/members?limit=0", "/v1/members?wrong=1"),
    ],
)
async def test_what_cannot_be_read_is_refused_by_field(bus: Bus, path: str) -> None:
    answer = await bus.http.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"]


async def test_a_day_in_the_future_is_not_known(bus: Bus, there: Told) -> None:
    answer = await bus.http.get(f"/v1/members/{there.member}", params={"on": "2999-01-01"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "in-future")
    past = await bus.http.get(f"/v1/members/{there.member}", params={"on": "2020-01-01"})
    assert (past.json()["status"], past.json()["reasons"]) == (None, [])


async def test_a_key_can_be_made_for_a_member_that_is_no_partner(bus: Bus, there: Told) -> None:
    settings = gateway_settings(bus.platform)
    assert await is_organisation(settings, there.member)
    assert not await is_organisation(settings, "nie-gesehen")
