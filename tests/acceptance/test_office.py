"""The office sees what waits, publishes or refuses it, enters events itself, and keeps the list of organisations."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from services.gateway.app import create_app
from services.gateway.common.openapi.document import describe
from shared.contracts.events import PUBLISH_EVENT, TRUST_PARTNER
from shared.contracts.partner import event_id
from tests.support.bus import Bus, Partner, eventually, submission

BECAUSE = "Bitte den Ort angeben."


async def office(
    bus: Bus, method: str, path: str, body: Any = None, *, wait: int = 15, **params: Any
) -> httpx.Response:
    """What the office asks with its key."""
    headers = {"Authorization": f"Bearer {await bus.office_key()}"} | ({"Prefer": f"wait={wait}"} if wait else {})
    return await bus.http.request(method, f"/v1/office{path}", json=body, headers=headers, params=params)


async def listed(bus: Bus, visibility: str, partner: Partner) -> list[dict[str, Any]]:
    """The office's list of this partner's events."""
    answer = await office(bus, "GET", "/events", visibility=visibility, partner=partner.id)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def shown(bus: Bus, partner: str) -> list[str]:
    """The titles of a partner's events that everyone sees."""
    return [item["title"] for item in await bus.events(organiser=partner, **{"from": "2026-01-01"})]


async def test_what_waits_is_listed_oldest_change_first_and_published(bus: Bus) -> None:
    partner = await bus.partner(trusted=False)
    for uid in ("eins", "zwei"):
        await partner.put(submission(uid))

    first, second = await listed(bus, "waiting", partner)
    assert (first["uid"], second["uid"]) == ("eins", "zwei")
    assert (first["visibility"], first["partner"], first["version"]) == ("waiting", partner.id, 1)
    assert (first["changed"], first["previous"], first["refused_because"]) == ([], None, None)
    page = (await office(bus, "GET", "/events", partner=partner.id, limit=1)).json()
    assert [item["uid"] for item in page["items"]] == ["eins"]
    rest = (await office(bus, "GET", "/events", partner=partner.id, limit=1, cursor=page["next"])).json()
    assert ([item["uid"] for item in rest["items"]], rest["next"]) == (["zwei"], None)

    done = await office(bus, "POST", f"/events/{first['id']}/publish", {"version": 1})
    assert (done.status_code, done.json()["result"], done.json()["version"]) == (200, "changed", 2)
    assert await shown(bus, partner.id) == ["Titel eins"]
    assert [item["uid"] for item in await listed(bus, "waiting", partner)] == ["zwei"]
    again = await office(bus, "POST", f"/events/{first['id']}/publish")
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    detail = (await office(bus, "GET", f"/events/{first['id']}")).json()
    assert (detail["visibility"], len(detail["occurrences"])) == ("public", 1)


async def test_a_refusal_reaches_its_organisation_with_the_reason_and_holds(bus: Bus) -> None:
    partner = await bus.partner(trusted=False)
    await partner.put(submission("fest"))
    [waiting] = await listed(bus, "waiting", partner)

    done = await office(bus, "POST", f"/events/{waiting['id']}/refuse", {"version": 1, "reason": BECAUSE})

    assert (done.status_code, done.json()["result"]) == (200, "changed")
    [sent] = await partner.submissions()
    assert (sent["status"], sent["visibility"], sent["refused_because"]) == ("done", "refused", BECAUSE)
    [refused] = await listed(bus, "refused", partner)
    assert refused["refused_because"] == BECAUSE
    await office(bus, "POST", f"/partners/{partner.id}/trust", {"trusted": True})
    assert (await partner.put(submission("fest"))).json()["result"] == "unchanged"
    assert await shown(bus, partner.id) == []
    assert (await partner.put(submission("fest", title="Fest mit Ort"))).json()["result"] == "changed"
    assert await shown(bus, partner.id) == ["Fest mit Ort"]


async def test_what_is_public_can_be_taken_out_of_sight_and_shown_again(bus: Bus) -> None:
    partner = await bus.partner(trusted=True)
    await partner.put(submission("fest"))
    id_ = event_id(partner.id, "fest")

    assert (await office(bus, "POST", f"/events/{id_}/refuse", {"reason": BECAUSE})).status_code == 200
    assert await shown(bus, partner.id) == []
    assert (await bus.http.get(f"/v1/events/{id_}")).status_code == 404
    assert (await office(bus, "POST", f"/events/{id_}/publish")).status_code == 200
    assert await shown(bus, partner.id) == ["Titel fest"]


async def test_nobody_publishes_what_they_did_not_see(bus: Bus) -> None:
    partner = await bus.partner(trusted=False)
    await partner.put(submission("fest"))
    [seen] = await listed(bus, "waiting", partner)
    await partner.put(submission("fest", title="Etwas anderes"))

    late = await office(bus, "POST", f"/events/{seen['id']}/publish", {"version": seen["version"]})

    assert (late.status_code, late.json()["type"]) == (409, "/problems/changed-meanwhile")
    assert late.json()["errors"][0]["field"] == "version"
    assert await shown(bus, partner.id) == []


async def test_a_change_of_what_was_public_shows_what_it_was(bus: Bus) -> None:
    partner = await bus.partner(trusted=False)
    await partner.put(submission("fest"))
    await office(bus, "POST", f"/events/{event_id(partner.id, 'fest')}/publish")
    await partner.put(submission("fest", title="Anders"))
    await partner.put(submission("fest", title="Noch einmal anders"))

    [waiting] = await listed(bus, "waiting", partner)
    assert (waiting["title"], waiting["changed"]) == ("Noch einmal anders", ["title"])
    assert (waiting["last_public"]["title"], waiting["last_public"]["version"]) == ("Titel fest", 2)


@pytest.mark.parametrize("decision", ["publish", "refuse"])
async def test_what_is_not_there_or_was_withdrawn_is_not_decided_on(bus: Bus, decision: str) -> None:
    partner = await bus.partner(trusted=False)
    await partner.put(submission("fest"))
    await partner.delete("fest")
    body = {"reason": BECAUSE} if decision == "refuse" else {}

    gone = await office(bus, "POST", f"/events/{event_id(partner.id, 'fest')}/{decision}", body)
    unknown = await office(bus, "POST", f"/events/{uuid4()}/{decision}", body)

    assert (gone.status_code, gone.json()["type"]) == (409, "/problems/withdrawn")
    assert (unknown.status_code, unknown.json()["type"]) == (404, "/problems/not-found")
    assert [item["uid"] for item in await listed(bus, "withdrawn", partner)] == ["fest"]


async def test_the_office_enters_an_event_for_a_club_without_any_system(bus: Bus) -> None:
    id_ = f"kleiner-verein-{uuid4().hex[:6]}"
    registered = await office(bus, "PUT", f"/partners/{id_}", {"name": "Kleiner Verein e. V."})
    assert (registered.status_code, registered.headers["location"]) == (201, f"/v1/office/partners/{id_}")
    again = await office(bus, "PUT", f"/partners/{id_}", {"name": "Kleiner Verein e. V."})
    assert (again.status_code, again.json()["result"]) == (200, "unchanged")

    body = submission("fest", title="Sommerfest")
    entered = await office(bus, "PUT", f"/partners/{id_}/events/fest", body)

    assert (entered.status_code, entered.json()["result"]) == (201, "created")
    assert (await bus.http.get(entered.headers["location"])).status_code == 401
    assert await shown(bus, id_) == ["Sommerfest"]
    wrong = await office(bus, "PUT", f"/partners/{id_}/events/fest", body | {"ends_at": "2027-03-04T15:00:00+01:00"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "end-before-start")
    withdrawn = await office(bus, "DELETE", f"/partners/{id_}/events/fest")
    assert withdrawn.status_code == 204
    assert await shown(bus, id_) == []
    row = (await office(bus, "GET", f"/partners/{id_}")).json()
    assert row == {
        "id": id_,
        "name": "Kleiner Verein e. V.",
        "trusted": False,
        "active": True,
        "version": 1,
        "waiting": 0,
        "events": 0,
    }


async def test_registering_and_entering_keep_their_order_even_when_nobody_waits_between(bus: Bus) -> None:
    id_ = f"neu-{uuid4().hex[:6]}"
    await office(bus, "PUT", f"/partners/{id_}", {"name": "Neu"}, wait=0)
    entered = await office(bus, "PUT", f"/partners/{id_}/events/a", submission("a"))
    assert entered.status_code == 201, entered.text


async def test_trust_publishes_what_waits_and_removing_voids_the_keys(bus: Bus) -> None:
    partner = await bus.partner(trusted=False)
    await partner.put(submission("fest"))

    assert (await office(bus, "POST", f"/partners/{partner.id}/trust", {"trusted": True})).status_code == 200
    await eventually(lambda: shown(bus, partner.id))
    [row] = [row for row in (await office(bus, "GET", "/partners")).json()["items"] if row["id"] == partner.id]
    assert (row["trusted"], row["active"], row["waiting"], row["events"]) == (True, True, 0, 1)

    removed = await office(bus, "DELETE", f"/partners/{partner.id}")
    assert removed.status_code == 204
    assert (await partner.put(submission("neu"))).status_code == 401
    assert (await office(bus, "GET", f"/partners/{partner.id}")).json()["active"] is False
    assert await shown(bus, partner.id) == ["Titel fest"]
    entered = await office(bus, "PUT", f"/partners/{partner.id}/events/neu", submission("neu"))
    assert (entered.status_code, entered.json()["type"]) == (403, "/problems/partner-unknown")


@pytest.mark.parametrize(
    "partner", ["232a56b6-6e34-47de-b8f8-c8ce86e03736", "59f14d22ede242599ea96a307d59225f", "office"]
)
async def test_an_id_that_could_be_mistaken_is_refused(bus: Bus, partner: str) -> None:
    answer = await office(bus, "PUT", f"/partners/{partner}", {"name": "x"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "partner-id-mistakable")


async def test_a_parameter_that_is_not_known_is_named(bus: Bus) -> None:
    answer = await office(bus, "GET", "/events", sichtbar="ja")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "sichtbar")
    assert answer.json()["errors"][0]["code"] == "unknown-parameter"
    for cursor in ("x", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwgIngiXQ"):
        assert (await office(bus, "GET", "/events", cursor=cursor)).json()["errors"][0]["code"] == "cursor-invalid"


async def test_repeating_under_an_idempotency_key_decides_once(bus: Bus) -> None:
    partner = await bus.partner(trusted=False)
    await partner.put(submission("fest"))
    path = f"/v1/office/events/{event_id(partner.id, 'fest')}/publish"
    headers = {"Authorization": f"Bearer {await bus.office_key()}", "Prefer": "wait=15"}
    headers |= {"Idempotency-Key": str(uuid4())}

    first = await bus.http.post(path, headers=headers)
    again = await bus.http.post(path, headers=headers)

    assert first.json()["result"] == "changed"
    assert again.json() == first.json()


def office_routes() -> Iterator[tuple[str, str]]:
    """Every route of the office's interface for programs, with something in its path."""
    for template, methods in describe(create_app(None))["paths"].items():
        if template.startswith("/v1/office"):
            path = template.replace("{member}", "{partner}").replace("{kind}", "leitbild")
            path = re.sub("{(?!partner|uid)[a-z]+}", "5a3c0f1e-1111-5222-8333-444455556666", path)
            yield from ((method.upper(), path.replace("{uid}", "fest")) for method in methods)


def test_there_are_routes_of_the_office() -> None:
    assert len(list(office_routes())) >= 11


@pytest.mark.parametrize(("method", "path"), list(office_routes()))
async def test_only_the_offices_key_opens_the_offices_routes(bus: Bus, method: str, path: str) -> None:
    partner = await bus.partner()
    path = path.replace("{partner}", partner.id)
    body = {"name": "x", "trusted": True, "reason": "x", "title": "x", "starts_at": "2027-03-04"}

    theirs = await bus.http.request(method, path, headers=partner.headers, json=None if method == "GET" else body)
    nobody = await bus.http.request(method, path, json=None if method == "GET" else body)

    assert (theirs.status_code, theirs.json()["errors"][0]["code"]) == (403, "scope-missing")
    assert nobody.status_code == 401


async def test_what_only_the_office_may_ask_is_not_taken_from_an_organisations_own_topic(bus: Bus) -> None:
    partner = await bus.partner(trusted=False)
    await partner.put(submission("fest"))
    id_ = str(event_id(partner.id, "fest"))

    bodies: list[tuple[dict[str, Any], str]] = [
        ({"id": partner.id, "trusted": True}, TRUST_PARTNER),
        ({"id": id_, "version": None}, PUBLISH_EVENT),
    ]
    sent = [(await partner.send({"uid": "fest"} | body, kind=kind))[0] for body, kind in bodies]

    async def answered() -> list[dict[str, Any]]:
        found = await partner.submissions(request=",".join(sent))
        return found if len(found) == 2 else []

    for row in await eventually(answered):
        assert (row["status"], row["problem"]["errors"][0]["code"]) == ("refused", "type-not-allowed")
    assert [item["id"] for item in await listed(bus, "waiting", partner)] == [id_]
    assert not orjson.loads((await office(bus, "GET", f"/partners/{partner.id}")).content)["trusted"]
