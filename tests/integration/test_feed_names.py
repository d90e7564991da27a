"""A feed's name is looked up once; what was checked is what is connected to, and TLS still checks the name."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpcore
import pytest
import trustme

from services.events.feeds import connecting
from services.events.feeds.fetching import FetchError, Limits, fetch
from tests.support.feed_server import CALENDAR, moved, says, serving


class Names:
    """A resolver that tells each time what the test wants, and knows how often it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []

    async def getaddrinfo(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        """The first answers, one after the other; the last one for ever."""
        self.asked.append(host)
        answers = self.answers.get(host)
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in found
        ]


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    lying = Names()
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", lying.getaddrinfo)
    return lying


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where connections were asked for; none comes about, so that no test leaves this machine."""
    found: list[str] = []

    async def connect(_: object, host: str, *__: object, **___: object) -> httpcore.AsyncNetworkStream:
        found.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect)
    return found


async def code(url: str, **options: Any) -> str:
    with pytest.raises(FetchError) as raised:
        await fetch(url, **options)
    return raised.value.code


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["2606:4700::1111", "93.184.216.34", "::1"],
        ["fe80::1%eth0"],
        ["::ffff:93.184.216.34"],
        ["64:ff9b::5db8:d822"],
        ["169.254.169.254"],
    ],
)
async def test_a_name_is_refused_if_any_of_its_addresses_is_forbidden(
    names: Names, connected: list[str], found: list[str]
) -> None:
    names.answers["feed.example"] = [found]
    assert await code("https://feed.example/") == "address-forbidden"
    assert connected == []


async def test_names_of_this_machine_are_refused(connected: list[str]) -> None:
    for host in ("localhost", "localhost.", "LOCALHOST"):
        assert await code(f"http://{host}/") == "address-forbidden"
    assert connected == []


async def test_a_number_for_a_host_is_never_looked_up(names: Names, connected: list[str]) -> None:
    for host in ("2130706433", "0x7f.1", "017700000001", "127.1", "[::ffff:127.0.0.1]", "１２７.0.0.1", "127。0。0。1"):
        assert await code(f"http://{host}/") == "address-forbidden"
    assert (names.asked, connected) == ([], [])


async def test_a_name_is_looked_up_once_and_connected_to_as_it_was_then(names: Names, connected: list[str]) -> None:
    names.answers["feed.example"] = [["93.184.216.34", "2606:4700::1111"], ["127.0.0.1"]]
    assert await code("https://feed.example/") == "unreachable"
    assert connected == ["93.184.216.34", "2606:4700::1111"]
    assert names.asked == ["feed.example"]
    assert await code("https://feed.example/") == "address-forbidden"


async def test_the_socket_goes_to_the_address_that_was_checked_and_the_name_to_the_server(names: Names) -> None:
    names.answers["feed.example"] = [["127.0.0.2"], ["127.0.0.1"]]
    async with serving(says(), "127.0.0.2") as checked, serving(says(), port=checked.port) as rebound:
        allowed = {f"feed.example:{checked.port}"}
        assert (await fetch(f"http://feed.example:{checked.port}/", allowed=allowed)).body == CALENDAR
        assert (checked.connections, rebound.connections) == (1, 0)
        assert checked.requests[0][1]["host"] == f"feed.example:{checked.port}"


async def test_each_redirect_looks_up_and_checks_its_name_anew(names: Names) -> None:
    names.answers = {"feed.example": [["127.0.0.1"]], "inner.example": [["127.0.0.1"]]}
    async with serving(moved("http://inner.example/")) as server:
        assert await code(server.url(host="feed.example"), allowed={"feed.example"}) == "address-forbidden"
        assert (names.asked, server.connections) == (["feed.example", "inner.example"], 1)


async def test_an_address_that_does_not_answer_does_not_keep_the_next_one_from_being_tried(names: Names) -> None:
    async with serving(says()) as server:
        names.answers["feed.example"] = [["127.0.0.3", "127.0.0.1"]]
        assert (await fetch(server.url(host="feed.example"), allowed={"feed.example"})).body == CALENDAR


async def test_a_name_that_nobody_has_is_told(names: Names) -> None:
    assert await code("https://nobody.example/") == "name-unknown"


async def test_looking_up_a_name_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    assert await code("https://feed.example/", limits=Limits(seconds=0.2)) == "too-slow"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """``SSL_CERT_FILE``, as an operator adds an authority."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with ExitStack() as after:
        after.callback(connecting.tls.cache_clear)
        connecting.tls.cache_clear()
        yield


def certified(authority: trustme.CA, name: str, **options: Any) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name, **options).configure_cert(context)
    return context


@pytest.fixture
async def feed_example(names: Names) -> set[str]:
    names.answers["feed.example"] = [["127.0.0.1"]]
    names.answers["xn--brger-kva.example"] = [["127.0.0.1"]]
    return {"feed.example", "xn--brger-kva.example"}


async def test_a_certificate_is_checked_by_name_though_the_address_is_connected_to(
    trusted: None, authority: trustme.CA, feed_example: set[str]
) -> None:
    async with serving(says(), tls=certified(authority, "feed.example")) as server:
        url = server.url(host="feed.example.")
        assert (await fetch(url, allowed=feed_example)).body == CALENDAR
        assert (server.names, server.requests[0][1]["host"]) == (["feed.example"], f"feed.example:{server.port}")
    async with serving(says(), tls=certified(authority, "xn--brger-kva.example")) as server:
        assert (await fetch(server.url(host="bürger.example"), allowed=feed_example)).body == CALENDAR


@pytest.mark.parametrize("name", ["other.example", "127.0.0.1", "*.feed.example"])
async def test_a_certificate_for_another_name_or_for_the_address_is_refused(
    trusted: None, authority: trustme.CA, feed_example: set[str], name: str
) -> None:
    async with serving(says(), tls=certified(authority, name)) as server:
        with pytest.raises(FetchError) as raised:
            await fetch(server.url(host="feed.example"), allowed=feed_example)
        assert raised.value.code == "tls"
        assert "ostname mismatch" in raised.value.detail
        assert server.requests == []


async def test_a_certificate_of_an_unknown_authority_is_refused(authority: trustme.CA, feed_example: set[str]) -> None:
    async with serving(says(), tls=certified(authority, "feed.example")) as server:
        assert await code(server.url(host="feed.example"), allowed=feed_example) == "tls"
        assert server.requests == []


async def test_https_where_only_http_is_spoken_is_told(feed_example: set[str]) -> None:
    async def answer_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(says(b"", "400 Bad Request"))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer_at_once, "127.0.0.1", 0) as plain:
        port = plain.sockets[0].getsockname()[1]
        assert await code(f"https://feed.example:{port}/", allowed=feed_example) == "tls"


async def test_a_redirect_from_https_to_http_is_refused(
    trusted: None, authority: trustme.CA, feed_example: set[str]
) -> None:
    async with serving(says()) as open_to_all:
        location = open_to_all.url(host="feed.example")
        async with serving(moved(location), tls=certified(authority, "feed.example")) as server:
            assert await code(server.url(host="feed.example"), allowed=feed_example) == "redirect-downgrade"
        assert open_to_all.connections == 0


async def test_a_redirect_from_http_to_https_is_followed(
    trusted: None, authority: trustme.CA, feed_example: set[str]
) -> None:
    async with serving(says(), tls=certified(authority, "feed.example")) as secure:
        async with serving(moved(secure.url(host="feed.example"))) as server:
            fetched = await fetch(server.url(host="feed.example"), allowed=feed_example)
        assert fetched.moved_to == secure.url(host="feed.example")
