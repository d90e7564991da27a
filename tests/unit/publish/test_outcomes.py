"""What asking for outcomes after Kafka promises."""

from collections.abc import Callable
from typing import Any

import httpx

from services.events.publishing.options import Options
from services.events.publishing.outcomes import ask, decided
from shared.calendars.entries import Entry

OPTIONS = Options(via="kafka", partner="buntes-zwickau", url="https://bus.example", key="k", wait=5)


async def collect(
    requests: list[str], answer: Callable[[httpx.Request], httpx.Response], options: Options = OPTIONS
) -> tuple[dict[str, Any], str | None]:
    told: dict[str, Any] = {}
    why = await ask(requests, options, told.__setitem__, transport=httpx.MockTransport(answer))
    return told, why


def asked(request: httpx.Request) -> list[str]:
    assert request.url.path == "/v1/partners/buntes-zwickau/submissions"
    assert request.url.params["limit"] == "200"
    return request.url.params["request"].split(",")


def outcome(request: str, result: str = "created") -> dict[str, object]:
    return {"request": request, "uid": "u", "result": result, "resource": "/v1/events/1", "problem": None}


async def test_each_request_is_asked_for_until_it_has_its_outcome() -> None:
    rounds: list[list[str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        rounds.append(asked(request))
        return httpx.Response(200, json={"items": [outcome(rounds[-1][0]), outcome("foreign")], "next": None})

    told, why = await collect(["a", "b"], answer)
    assert rounds == [["a", "b"], ["b"]]
    assert (sorted(told), why) == (["a", "b"], None)


async def test_never_more_than_a_hundred_are_asked_for_at_once() -> None:
    sizes = []

    def answer(request: httpx.Request) -> httpx.Response:
        sizes.append(len(asked(request)))
        return httpx.Response(200, json={"items": [outcome(one) for one in asked(request)], "next": None})

    told, _ = await collect([str(n) for n in range(250)], answer)
    assert sizes == [100, 100, 50]
    assert len(told) == 250


async def test_when_the_time_is_over_it_says_so() -> None:
    options = Options(partner="buntes-zwickau", url="https://bus.example", key="k", wait=0.5)
    told, why = await collect(["a"], lambda _: httpx.Response(200, json={"items": []}), options)
    assert (told, why) == ({}, "no outcome within 0.5 s")


async def test_a_gateway_that_is_busy_is_asked_again_and_one_that_refuses_is_not() -> None:
    answers = iter([httpx.Response(503), httpx.Response(200, json={"items": [outcome("a")]})])
    told, why = await collect(["a"], lambda _: next(answers))
    assert (list(told), why) == (["a"], None)
    told, why = await collect(["a"], lambda _: httpx.Response(403))
    assert told == {}
    assert "could not be asked for" in (why or "")


def test_a_refusal_brings_its_reasons() -> None:
    problem = {"title": "Not valid", "errors": [{"field": "starts_at", "detail": "is no date"}]}
    item = outcome("a", "refused") | {"problem": problem}
    result = decided(Entry("f, row 2", "u"), item)
    assert (result.result, result.details, result.source) == ("refused", ("starts_at is no date",), "f, row 2")
