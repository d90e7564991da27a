"""What publishing over HTTP promises, against a gateway made of one function."""

import asyncio
from collections.abc import Callable, Iterator

import httpx
import orjson
import pytest
import stamina

from services.events.publishing import via_http
from services.events.publishing.options import Options, UnreachableError
from shared.calendars.entries import Entry, submission, withdrawal
from shared.commands.results import Result

OPTIONS = Options(partner="buntes-zwickau", url="https://bus.example/", key="bb_secret")


@pytest.fixture(autouse=True)
def _retry_at_once() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3):
        yield


def event(uid: str, title: str = "A") -> Entry:
    return submission({"uid": uid, "title": title, "starts_at": "2026-12-03"}, f"f.json, {uid}")


async def send(
    entries: list[Entry], answer: Callable[[httpx.Request], httpx.Response | None], options: Options = OPTIONS
) -> tuple[list[Result], list[httpx.Request]]:
    seen: list[httpx.Request] = []
    results: dict[int, Result] = {}

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return answer(request) or httpx.Response(201, json={"result": "created"})

    await via_http.send(dict(enumerate(entries)), options, results.__setitem__, transport=httpx.MockTransport(handle))
    return [results[number] for number in sorted(results)], seen


async def test_a_submission_is_put_with_everything_the_gateway_asks_for() -> None:
    entry = event("cafe/2026 50%?ü")
    (result,), (request,) = await send([entry], lambda _: None)
    assert result.result == "created"
    assert request.method == "PUT"
    assert request.url.raw_path == b"/v1/partners/buntes-zwickau/events/cafe%2F2026%2050%25%3F%C3%BC"
    assert request.headers["Authorization"] == "Bearer bb_secret"
    assert request.headers["Prefer"] == "wait=10"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Idempotency-Key"]
    assert request.content == entry.body


async def test_a_withdrawal_is_a_delete_with_its_reason_if_there_is_one() -> None:
    entries = [withdrawal({"uid": "a", "reason": "krank"}, "1"), withdrawal({"uid": "b"}, "2")]
    results, requests = await send(entries, lambda _: httpx.Response(204))
    assert [result.result for result in results] == ["withdrawn", "withdrawn"]
    by_uid = {request.url.path.rpartition("/")[2]: request for request in requests}
    assert {request.method for request in requests} == {"DELETE"}
    assert orjson.loads(by_uid["a"].content) == {"reason": "krank"}
    assert by_uid["b"].content == b""


PROBLEM = {
    "type": "/problems/invalid",
    "title": "The request is not valid",
    "status": 422,
    "errors": [{"field": "starts_at", "code": "no-such-date", "detail": "is not a date of the calendar"}],
}


@pytest.mark.parametrize(
    ("answer", "result", "resource", "details"),
    [
        (httpx.Response(201, json={"result": "created", "resource": "/v1/events/1"}), "created", "/v1/events/1", ()),
        (
            httpx.Response(200, json={"result": "unchanged", "resource": "/v1/events/1"}),
            "unchanged",
            "/v1/events/1",
            (),
        ),
        (httpx.Response(200, json={"status": "done", "resource": "/v1/events/1"}), "changed", "/v1/events/1", ()),
        (
            httpx.Response(202, headers={"Location": "/v1/requests/7"}, json={"resource": "/v1/events/1"}),
            "pending",
            "/v1/requests/7",
            ("taken, but not decided yet: ask there later",),
        ),
        (httpx.Response(422, json=PROBLEM), "refused", None, ("starts_at is not a date of the calendar",)),
        (
            httpx.Response(409, json={"title": "Stale", "detail": "7 is stored"}),
            "refused",
            None,
            ("Stale: 7 is stored",),
        ),
        (httpx.Response(404, text="nope"), "refused", None, ("404 Not Found: is https://bus.example/ the gateway?",)),
        (
            httpx.Response(301, headers={"Location": "https://b.example/"}),
            "failed",
            None,
            ("is redirected to https://b.example/: use that address as --url",),
        ),
        (httpx.Response(500, json={"title": "Something went wrong"}), "failed", None, ("Something went wrong",)),
    ],
)
async def test_every_answer_is_told(
    answer: httpx.Response, result: str, resource: str | None, details: tuple[str, ...]
) -> None:
    (told,), _ = await send([event("a")], lambda _: answer)
    assert (told.result, told.resource, told.details) == (result, resource, details)
    assert told.good == (result not in {"refused", "failed"})


@pytest.mark.parametrize("first", [503, 500, 429, "lost", "still running"])
async def test_what_passes_is_tried_again_with_the_same_idempotency_key(first: int | str) -> None:
    tries = 0

    def answer(_: httpx.Request) -> httpx.Response | None:
        nonlocal tries
        tries += 1
        if tries > 1:
            return None
        if first == "lost":
            raise httpx.ReadTimeout("slow")
        return httpx.Response(first if isinstance(first, int) else 409, headers={"Retry-After": "0"})

    (result,), requests = await send([event("a")], answer)
    assert result.result == "created"
    assert len(requests) == 2
    assert len({request.headers["Idempotency-Key"] for request in requests}) == 1


async def test_the_same_content_sent_twice_is_two_requests() -> None:
    _, requests = await send([event("a", "A"), event("a", "B"), event("a", "A")], lambda _: None)
    assert len({request.headers["Idempotency-Key"] for request in requests}) == 3


async def test_entries_of_one_uid_go_in_their_order_and_others_beside_them() -> None:
    order: list[str] = []
    running = highest = 0

    class Gateway(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal running, highest
            running += 1
            highest = max(highest, running)
            document = orjson.loads(await request.aread())
            await asyncio.sleep(0.005 if document["title"] == "0" else 0.001)
            order.append(document["uid"] + document["title"])
            running -= 1
            return httpx.Response(201, json={})

    entries = [event(f"u{uid}", str(turn)) for turn in range(3) for uid in range(40)]
    await via_http.send(dict(enumerate(entries)), OPTIONS, lambda *_: None, transport=Gateway())
    assert len(order) == 120
    for uid in range(40):
        assert [one for one in order if one[:-1] == f"u{uid}"] == [f"u{uid}{turn}" for turn in range(3)]
    assert highest == via_http.AT_ONCE


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_does_not_fit_stops_everything_and_says_what_to_check(status: int) -> None:
    with pytest.raises(UnreachableError, match=r"does not let buntes-zwickau publish \(No\): check --key"):
        await send([event(str(n)) for n in range(50)], lambda _: httpx.Response(status, json={"title": "No"}))


async def test_a_gateway_that_is_away_stops_everything_and_says_what_to_check() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    with pytest.raises(UnreachableError, match=r"cannot be reached \(connection refused\): check --url"):
        await send([event(str(n)) for n in range(50)], answer)


async def test_a_gateway_that_stays_unavailable_is_told() -> None:
    with pytest.raises(UnreachableError, match="answers 503 Service Unavailable: try again later"):
        await send([event("a")], lambda _: httpx.Response(503))


async def test_results_before_the_end_are_not_lost() -> None:
    results: list[Result] = []
    answers = iter([httpx.Response(201, json={}), httpx.Response(401)])
    with pytest.raises(UnreachableError):
        await via_http.send(
            {0: event("a"), 1: event("a", "B")},
            OPTIONS,
            lambda _, result: results.append(result),
            transport=httpx.MockTransport(lambda _: next(answers)),
        )
    assert [result.result for result in results] == ["created"]
