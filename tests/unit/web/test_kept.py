"""What is for everyone is kept as long as it holds; of a session nothing is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web import client as module
from services.web.client import Gateway, GatewayAwayError
from tests.unit.web.fake_gateway import Answer, asking, document, gateway, in_turn, problem


def tagged(body: dict[str, object], tag: str = 'W/"1"') -> Answer:
    """A document that has not changed for whoever knows its tag."""
    same, whole = f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode(), document(body, ETag=tag)
    return lambda asked: same if asked.headers.get("if-none-match") == tag else whole


async def test_what_is_for_everyone_is_asked_for_again_only_whether_it_has_changed() -> None:
    async with asking(tagged({"items": [1]})) as (client, fake):
        first = await client.read("/v1/goals", [("status", "open"), ("cursor", None)])
        first["items"].append("of one reader alone")
        assert await client.read("/v1/goals", [("status", "open")]) == {"items": [1]}
    assert fake.lines == ["GET /v1/goals?status=open"] * 2
    assert [one.headers.get("if-none-match") for one in fake.asked] == [None, 'W/"1"']


async def test_what_has_changed_replaces_what_was_kept() -> None:
    answers = in_turn(*(document({"version": number}, ETag=f'"{number}"') for number in (1, 2, 3)))
    async with asking(answers) as (client, fake):
        assert [(await client.read("/v1/goals"))["version"] for _ in range(3)] == [1, 2, 3]
    assert [one.headers.get("if-none-match") for one in fake.asked] == [None, '"1"', '"2"']


async def test_what_is_kept_is_of_its_address_and_its_language() -> None:
    async with gateway(tagged({})) as fake:
        asks = Gateway(fake.url)
        for language, query in (("de", "a"), ("en", "a"), ("de", "b")):
            await asks.asked_by(language).read("/v1/members", [("topic", query)])
        await asks.close()
    assert [one.headers["accept-language"] for one in fake.asked] == ["de", "en", "de"]
    assert all("if-none-match" not in one.headers for one in fake.asked)


async def test_of_a_session_nothing_is_kept_and_nothing_given_to_others() -> None:
    async with gateway(tagged({"secret": True})) as fake:
        asks = Gateway(fake.url)
        for token in (None, "bs_one", "bs_one", "bs_two"):
            await asks.asked_by("de", token).read("/v1/goals")
        await asks.asked_by("de").read("/v1/office/waiting")
        await asks.asked_by("de", "bs_one").read("/v1/office/members")
        await asks.asked_by("de").read("/v1/office/members")
        await asks.close()
    tokens = [one.headers.get("authorization") for one in fake.asked]
    assert tokens == [None, "Bearer bs_one", "Bearer bs_one", "Bearer bs_two", None, "Bearer bs_one", None]
    assert all("if-none-match" not in one.headers for one in fake.asked)


async def test_from_where_the_stream_tells_more_is_known_even_where_nothing_changed() -> None:
    fresh = document({}, ETag='"1"', Last_Event_ID="a-1")
    same = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nLast-Event-ID: a-2\r\n\r\n'
    async with asking(in_turn(fresh, same, document({}))) as (client, _):
        assert [(await client.read_answer("/v1/events")).last_event_id for _ in range(3)] == ["a-1", "a-2", None]


async def test_what_was_not_asked_for_longest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT_BYTES", 10_000)
    async with asking(lambda _: document({"text": "x" * 2_500}, ETag='"1"')) as (client, fake):
        for name in "abcadeab":
            await client.read(f"/v1/{name}")
    again = {one.target for one in fake.asked if "if-none-match" in one.headers}
    assert again == {"/v1/a"}


keys = st.tuples(st.text("abc", max_size=2), st.sampled_from(["de", "en"]))


@given(st.lists(st.tuples(keys, st.text(max_size=3), st.binary(max_size=90)), max_size=30), st.integers(0, 3_000))
def test_however_much_is_asked_for_no_more_is_kept_than_there_is_room_for(
    asked: list[tuple[tuple[str, str], str, bytes]], most: int
) -> None:
    kept, last = module._Kept(most), dict[tuple[str, str], tuple[str, bytes]]()
    for key, tag, body in asked:
        kept.put(key, tag, body)
        last[key] = (tag, body)
        sizes = [module._size(one, *found) for one, found in kept._bodies.items()]
        assert sum(sizes) == kept._bytes <= most
        assert all(kept.get(one) in (None, said) for one, said in last.items())
        assert kept.get(key) == (tag, body) or module._size(key, tag, body) > most


async def test_a_search_that_finds_nothing_takes_room_by_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT_BYTES", 100_000)
    async with asking(lambda _: document({"items": []}, ETag='"1"')) as (client, _):
        for number in range(120):
            await client.read("/v1/events", [("q", f"{number}" * 1_000)])
        assert sum(len(address) for address, _ in client._kept._bodies) < 100_000


async def test_what_was_kept_is_not_shown_while_the_gateway_cannot_say_that_it_holds() -> None:
    async with asking(in_turn(document({}, ETag='"1"'), problem("503 Service Unavailable"))) as (client, _):
        await client.read("/v1/goals")
        with pytest.raises(GatewayAwayError):
            await client.read("/v1/goals")
