"""How the gateway is asked: what is waited for, what is asked again, and what is told of it."""

import asyncio
import time
from urllib.parse import unquote

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.web import client as module
from services.web.client import Gateway, GatewayAwayError, Outcome, RefusedError
from tests.support.feed_server import moved, says
from tests.unit.web.fake_gateway import AWAY, NEVER, asking, document, gateway, in_turn, problem

RUNNING = "idempotency-key-running"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deadlines that a test can wait for."""
    monkeypatch.setattr(module, "READ_S", 0.2)
    monkeypatch.setattr(module, "PATIENCE_S", 0)
    monkeypatch.setattr(module, "_AGAIN_S", 0.01)


@pytest.mark.parametrize("answer", [NEVER, AWAY])
@pytest.mark.usefixtures("hurried")
async def test_whoever_gets_no_answer_is_soon_told_so(answer: bytes | None) -> None:
    async with asking(lambda _: answer) as (client, _):
        began = time.monotonic()
        for asked in (
            client.read("/v1/events"),
            client.read_text("/v1/meetings/x/minutes"),
            client.read_if_any("/v1/meetings/x"),
            client.write("POST", "/v1/office/x", {}, key="k"),
            client.sign_in(token="t"),
            client.sign_out(),
        ):
            with pytest.raises(GatewayAwayError):
                await asked
        assert time.monotonic() - began < 6 * 0.5


async def test_whoever_finds_nobody_listening_is_soon_told_so() -> None:
    async with gateway(lambda _: AWAY) as fake:
        asks = Gateway(fake.url)
    began = time.monotonic()
    with pytest.raises(GatewayAwayError):
        await asks.asked_by("de").read("/v1/events")
    assert time.monotonic() - began < module.READ_S
    await asks.close()


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"Retry_After": "17"}, 17),
        ({}, 5),
        *(({"Retry_After": text}, 5) for text in ("Fri, 31 Dec 1999 23:59:59 GMT", "²", "-1", "9" * 5_000)),
    ],
)
@pytest.mark.parametrize("status", ["500 Oops", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"])
async def test_a_gateway_that_cannot_answer_is_away_for_as_long_as_it_says(
    status: str, headers: dict[str, str], after: int
) -> None:
    async with asking(lambda _: problem(status, **headers)) as (client, _):
        for asked in (client.read("/v1/events"), client.write("PUT", "/v1/office/x", {}, key="k")):
            with pytest.raises(GatewayAwayError) as raised:
                await asked
            assert raised.value.retry_after == after


async def test_connections_are_kept_and_one_that_had_ended_is_opened_anew() -> None:
    """Nobody can know that a kept connection has ended until something is asked there."""
    answers = in_turn(document({"n": 1}), document({"n": 2}), AWAY, document({"result": "changed"}))
    async with asking(answers) as (client, fake):
        assert [(await client.read("/v1/goals"))["n"] for _ in range(2)] == [1, 2]
        assert await client.write("PUT", "/v1/office/x", {"a": 1}, key="k") == Outcome("changed")
    assert [one.connection for one in fake.asked] == [1, 1, 1, 2]
    lost, repeated = fake.asked[2:]
    assert (lost.headers, lost.body) == (repeated.headers, repeated.body)
    assert repeated.headers["idempotency-key"] == "k"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (document({"result": "created"}, "201 Created"), Outcome("created")),
        (document({"result": "unchanged"}), Outcome("unchanged")),
        (document({"request": "r", "resource": "/x"}, "202 Accepted"), Outcome("pending")),
        (b"HTTP/1.1 204 No Content\r\n\r\n", Outcome("done")),
    ],
)
async def test_what_came_of_a_write_is_told(answer: bytes, outcome: Outcome) -> None:
    async with asking(lambda _: answer, "bs_one") as (client, fake):
        assert await client.write("PUT", "/v1/office/x", {"name": "Grüße"}, key="abc") == outcome
        assert not outcome.problem
    (asked,) = fake.asked
    assert asked.body == '{"name":"Grüße"}'.encode()
    expected = {
        "idempotency-key": "abc",
        "content-type": "application/json",
        "authorization": "Bearer bs_one",
        "accept-language": "de",
        "prefer": f"wait={module.PATIENCE_S}",
    }
    assert expected.items() <= asked.headers.items()


@given(st.one_of(st.text("./%2e?#\\é", min_size=1, max_size=9), st.text(min_size=1)))
@example(".")
@example("..")
def test_a_segment_is_one_part_of_a_path_whatever_stands_in_it(name: str) -> None:
    sent = httpx.URL(f"http://gateway.example/v1/{module.segment(name)}/trust").raw_path.decode()
    assert [unquote(part) for part in sent.split("/")] == ["", "v1", name, "trust"]


@pytest.mark.parametrize("path", ["/v1/office/partners/treff/events/..", "/v1/./goals", "/v1/../x?a=b"])
async def test_a_path_that_would_name_something_else_is_not_asked_for(path: str) -> None:
    async with asking(lambda _: document({})) as (client, fake):
        for asked in (client.read(path), client.write("DELETE", path, key="k")):
            with pytest.raises(ValueError, match="segment"):
                await asked
        await client.read("/v1/events", [("q", "../..")])
    assert fake.lines == ["GET /v1/events?q=..%2F.."]


async def test_a_write_without_a_body_sends_none() -> None:
    async with asking(lambda _: b"HTTP/1.1 204 No Content\r\n\r\n") as (client, fake):
        assert await client.write("DELETE", "/v1/office/x", key="abc") == Outcome("done")
    assert "content-type" not in fake.asked[0].headers


@pytest.mark.usefixtures("hurried")
async def test_a_write_that_is_being_made_already_is_asked_for_until_it_is() -> None:
    running = problem("409 Conflict", RUNNING, Retry_After="1")
    async with asking(in_turn(running, running, document({"result": "changed"}))) as (client, fake):
        assert await client.write("PUT", "/v1/office/x", {}, key="k") == Outcome("changed")
    assert [one.headers["idempotency-key"] for one in fake.asked] == ["k"] * 3


@pytest.mark.usefixtures("hurried")
async def test_a_write_that_is_being_made_for_ever_is_waited_for_no_longer_than_any() -> None:
    async with asking(lambda _: problem("409 Conflict", RUNNING)) as (client, _):
        with pytest.raises(GatewayAwayError):
            await asyncio.wait_for(client.write("PUT", "/v1/office/x", {}, key="k"), 2)


@pytest.mark.parametrize("status", ["404 Not Found", "409 Conflict", "410 Gone", "413 Too Large", "422 Unprocessable"])
async def test_why_a_write_was_refused_is_told_in_one_line_and_by_field(status: str) -> None:
    async with asking(in_turn(problem(status, "too-long"), problem(status))) as (client, fake):
        outcome, without = [await client.write("PUT", "/v1/office/x", {}, key="k") for _ in range(2)]
    assert outcome == Outcome(
        None, ({"field": "title", "code": "too-long", "detail": "ist zu lang"},), "Das geht nicht: ist zu lang"
    )
    assert without == Outcome(None, (), "Das geht nicht")
    assert len(fake.asked) == 2


@pytest.mark.parametrize("status", ["404 Not Found", "413 Too Large", "421 Misdirected", "429 Too Many Requests"])
@pytest.mark.parametrize("body", [b"<h1>nginx</h1>", b"", b"[]", b"{}", b'"no"'])
async def test_a_write_that_was_refused_without_a_problem_is_never_told_as_done(status: str, body: bytes) -> None:
    async with asking(lambda _: says(body, status)) as (client, _):
        with pytest.raises(RefusedError) as raised:
            await client.write("PUT", "/v1/office/x", {}, key="k")
        assert raised.value.status == int(status[:3])


async def test_whoever_leads_elsewhere_is_not_the_gateway() -> None:
    async with asking(lambda _: moved("https://elsewhere.example/")) as (client, fake):
        for asked in (client.read("/v1/events"), client.write("PUT", "/v1/office/x", {}, key="k")):
            with pytest.raises(GatewayAwayError):
                await asked
    assert len(fake.asked) == 2


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
async def test_a_session_that_is_over_or_opens_something_else_is_no_outcome(status: str) -> None:
    async with asking(lambda _: problem(status, "session-over"), "bs_one") as (client, _):
        for asked in (client.read("/v1/office/waiting"), client.write("PUT", "/v1/office/x", {}, key="k")):
            with pytest.raises(RefusedError) as raised:
                await asked
            assert raised.value.status == int(status[:3])


async def test_where_there_is_nothing_there_may_be_none_but_every_other_refusal_is_one() -> None:
    answers = in_turn(problem("404 Not Found"), problem("422 Unprocessable", "x"), document({"title": "Da"}))
    async with asking(answers) as (client, _):
        assert await client.read_if_any("/v1/meetings/x") is None
        with pytest.raises(RefusedError) as raised:
            await client.read_if_any("/v1/meetings/x")
        assert raised.value.errors == [{"field": "title", "code": "x", "detail": "ist zu lang"}]
        assert await client.read_if_any("/v1/meetings/x") == {"title": "Da"}


async def test_a_session_begins_with_a_links_token_or_a_key_and_ends_once() -> None:
    begun = document({"token": "bs_one", "role": "office"}, "201 Created")
    ended = (b"HTTP/1.1 204 No Content\r\n\r\n", problem("401 Unauthorized", "session-over"))
    async with asking(in_turn(begun, begun, problem("401 Unauthorized"), *ended)) as (client, fake):
        assert await client.sign_in(token="aus dem Link") == {"token": "bs_one", "role": "office"}
        await client.sign_in(key="bb_x")
        with pytest.raises(RefusedError):
            await client.sign_in(key="falsch")
        for _ in range(2):
            await client.sign_out()
    assert [one.body for one in fake.asked[:2]] == [b'{"token":"aus dem Link"}', b'{"key":"bb_x"}']
    assert fake.lines == ["POST /v1/sessions"] * 3 + ["DELETE /v1/sessions/current"] * 2
