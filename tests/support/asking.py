"""People who ask for help over HTTP, each from an address of their own, and networks that answer by their link."""

from collections.abc import Mapping
from itertools import count
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.support.bus import Bus, eventually
from tests.support.networks import Alliance

ZWICKAU: Final = "14524330"
_addresses = count(1)


def address() -> str:
    """The address of somebody who has not asked before (RFC 5737 has too few: those of a private network)."""
    number = next(_addresses)
    return f"10.{number // 65536 % 256}.{number // 256 % 256}.{number % 256}"


def body(alliance: Alliance, **fields: Any) -> dict[str, Any]:
    """Somebody in Zwickau who wants to help with the topic of these networks."""
    name = uuid4().hex[:8]
    usual = {
        "kind": "offer-help",
        "topics": [alliance.topic],
        "place": {"postal_code": "08056", "municipality": "Zwickau"},
        "message": "Ich habe mittwochs Zeit.",
        "contact": {"name": "Renate Beispiel", "email": f"{name}@example.org"},
        "consent": "2026-11",
    }
    return usual | fields


async def post(
    bus: Bus, path: str, sent: Any, headers: Mapping[str, str] | None = None, *, wait: int = 25
) -> httpx.Response:
    """A write from an address of its own."""
    usual = {"X-Forwarded-For": address(), **({"Prefer": f"wait={wait}"} if wait else {})}
    return await bus.http.post(path, json=sent, headers=usual | dict(headers or {}))


async def ask(bus: Bus, alliance: Alliance, **fields: Any) -> str:
    """Ask, which must be taken; the link."""
    answer = await post(bus, "/v1/referrals", body(alliance, **fields))
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == answer.json()["link"]
    return str(answer.json()["link"])


async def ask_in_vain(bus: Bus, times: int, *, place: str, topic: str) -> None:
    """So many people ask in a language that nobody of the alliance speaks, whatever networks other tests leave."""
    where = {"kind": "seek-help", "place": {"municipality": place}, "topics": [topic]}
    for _ in range(times):
        await ask(bus, Alliance(bus), **where, languages=["tlh"])


async def stands(bus: Bus, link: str) -> dict[str, Any]:
    """How a request stands, for whoever has its link."""
    found: dict[str, Any] = (await bus.http.get(link)).raise_for_status().json()
    return found


async def of_office(bus: Bus, path: str, **params: str) -> dict[str, Any]:
    """What the office sees."""
    headers = {"Authorization": f"Bearer {await bus.office_key()}"}
    found: dict[str, Any] = (await bus.http.get(path, params=params, headers=headers)).raise_for_status().json()
    return found


async def answer_link(bus: Bus, link: str) -> str:
    """The link by which the network that is asked now answers, as it is sent to it."""
    id_ = (await stands(bus, link))["id"]
    found = (await of_office(bus, f"/v1/office/referrals/{id_}"))["answer"]
    assert isinstance(found, str)
    return found


async def known_to_service(bus: Bus, *networks: str) -> None:
    """Wait until the service that refers people knows these networks too."""

    async def known() -> bool:
        async with bus.database("referrals") as connection:
            number = await connection.fetchval("select count(*) from network where id = any($1::text[])", networks)
        return bool(number == len(networks))

    await eventually(known, what="networks at the service")
