"""A link or a key becomes a session, whose token opens what they open, until it is over."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from services.gateway.common.access.cli import revoke_keys, sign_in_link, sign_out_all
from services.gateway.settings import Settings
from tests.support.bus import Bus, Partner, submission


def settings(bus: Bus) -> Settings:
    return Settings.model_validate(
        {
            "database_url": bus.env["GATEWAY_DATABASE_URL"],
            "key_pepper": bus.env["GATEWAY_KEY_PEPPER"],
            "link_secret": bus.env["GATEWAY_LINK_SECRET"],
            "public_url": bus.env["GATEWAY_URL"],
        }
    )


async def sign_in(bus: Bus, **sent: str) -> httpx.Response:
    return await bus.http.post("/v1/sessions", json=sent)


async def token_of_link(bus: Bus) -> str:
    address = await sign_in_link(settings(bus))
    return parse_qs(urlsplit(address).query)["token"][0]


def bearer(response: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {response.json()['token']}"}


async def current(bus: Bus, headers: dict[str, str]) -> tuple[int, Any]:
    response = await bus.http.get("/v1/sessions/current", headers=headers)
    return response.status_code, response.json()


async def test_a_link_signs_the_office_in_once(bus: Bus) -> None:
    token = await token_of_link(bus)
    begun = await sign_in(bus, token=token)
    assert (begun.status_code, begun.headers["cache-control"]) == (201, "no-store")
    assert begun.headers["location"] == "/v1/sessions/current"

    status, document = await current(bus, bearer(begun))
    assert (status, document["role"], document["owner"], document["scopes"]) == (200, "office", "office", ["office"])
    assert document["expires_at"] == begun.json()["expires_at"]
    assert (await bus.http.get("/v1/office/partners", headers=bearer(begun))).status_code == 200

    again = await sign_in(bus, token=token)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (401, "link-used")


async def test_an_organisations_key_begins_a_session_that_opens_what_the_key_opens(bus: Bus) -> None:
    partner, other = await bus.partner(), await bus.partner()
    begun = await sign_in(bus, key=partner.key)
    assert (begun.json()["role"], begun.json()["owner"]) == ("organisation", partner.id)

    published = await put(bus, partner, bearer(begun))
    assert published.status_code == 201
    assert (await put(bus, other, bearer(begun))).status_code == 403
    assert (await bus.http.get("/v1/office/partners", headers=bearer(begun))).status_code == 403


async def put(bus: Bus, partner: Partner, headers: dict[str, str]) -> httpx.Response:
    body = submission("per-sitzung")
    address = f"/v1/partners/{partner.id}/events/per-sitzung"
    return await bus.http.put(address, json=body, headers=headers | {"Prefer": "wait=25"})


async def test_who_signs_out_has_no_session_any_more(bus: Bus) -> None:
    begun = await sign_in(bus, key=await bus.office_key())
    gone = await bus.http.delete("/v1/sessions/current", headers=bearer(begun))
    assert gone.status_code == 204

    status, problem = await current(bus, bearer(begun))
    assert (status, problem["errors"][0]["code"]) == (401, "session-over")
    assert (await bus.http.get("/v1/office/partners", headers=bearer(begun))).status_code == 401


async def test_a_session_ends_with_the_key_with_which_it_began(bus: Bus) -> None:
    partner = await bus.partner()
    begun = await sign_in(bus, key=partner.key)
    await revoke_keys(settings(bus), owner=partner.id)
    assert (await current(bus, bearer(begun)))[0] == 401


async def test_the_office_can_end_all_of_its_sessions_and_those_of_others_go_on(bus: Bus) -> None:
    partner = await bus.partner()
    theirs = await sign_in(bus, key=partner.key)
    ours = [await sign_in(bus, key=await bus.office_key()), await sign_in(bus, token=await token_of_link(bus))]
    unused = await token_of_link(bus)
    assert await sign_out_all(settings(bus)) >= 2

    assert [(await current(bus, bearer(one)))[0] for one in ours] == [401, 401]
    assert (await sign_in(bus, token=unused)).status_code == 401
    assert (await current(bus, bearer(theirs)))[0] == 200


async def test_a_session_is_stored_as_a_hash_alone(bus: Bus) -> None:
    token = (await sign_in(bus, key=await bus.office_key())).json()["token"]
    async with bus.database("gateway") as connection:
        rows = await connection.fetch("select session::text as row from session")
    assert rows
    assert not [row for row in rows if token[3:] in row["row"]]


async def test_no_cookie_opens_the_interface_for_programs(bus: Bus) -> None:
    token = (await sign_in(bus, key=await bus.office_key())).json()["token"]
    for name in ("office", "__Host-office"):
        response = await bus.http.get("/v1/office/partners", headers={"Cookie": f"{name}={token}"})
        assert response.status_code == 401


@pytest.mark.parametrize(
    ("sent", "field", "code"),
    [
        ({}, "token", "missing"),
        ({"token": "a", "key": "b"}, "token", "extra-forbidden"),
        ({"token": ""}, "token", "string-too-short"),
        ({"key": "ä"}, "key", "string-pattern-mismatch"),
        ({"key": "b", "password": "geheim"}, "password", "extra-forbidden"),
    ],
)
async def test_what_is_no_way_to_sign_in_is_refused_by_field(
    bus: Bus, sent: dict[str, str], field: str, code: str
) -> None:
    response = await sign_in(bus, **sent)
    assert response.status_code == 422
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(field, code)]
    assert "geheim" not in response.text


async def test_a_key_is_no_session_and_what_is_neither_opens_nothing(bus: Bus) -> None:
    partner = await bus.partner()
    assert (await current(bus, partner.headers))[0] == 404
    for unknown in ("bs_unknown", "bb_unknown", "ü"):
        headers = {b"Authorization": f"Bearer {unknown}".encode()}
        assert (await bus.http.get("/v1/sessions/current", headers=headers)).status_code == 401
    assert (await sign_in(bus, key="bb_unknown")).status_code == 401
