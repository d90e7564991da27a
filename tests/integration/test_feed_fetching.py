"""Whatever a feed's server does, fetching ends in time, in little memory, and with a calendar or a plain reason."""

import asyncio
import random
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import uvloop

from services.events.feeds.fetching import Fetched, FetchError, Limits, fetch
from tests.support.feed_server import CALENDAR, Answer, Server, bomb, moved, says, serving, zipped

SECRET = "/private-geheim/feed.ics?token=geheim"
QUICK = Limits(seconds=1.0, idle_seconds=0.4)
TAG, DATE = '"v1"', "Thu, 03 Dec 2026 10:00:00 GMT"
BEGUN = b"BEGIN:VCALENDAR\r\n"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with serving({}) as running:
        yield running


async def got(server: Server, answer: Answer, path: str = SECRET, **options: Any) -> Fetched:
    server.answers["*"] = answer
    return await fetch(server.url(path), **({"allowed": server.allowed} | options))


async def failure(server: Server, answer: Answer, path: str = SECRET, **options: Any) -> FetchError:
    """Why fetching failed; never quoting what is secret or what was sent."""
    with pytest.raises(FetchError) as raised:
        await got(server, answer, path, **options)
    error = raised.value
    assert "geheim" not in f"{error} {error.detail} {error.values}"
    assert "{" not in error.detail
    return error


async def test_a_calendar_comes_with_what_is_needed_to_ask_again(server: Server) -> None:
    answer = says(ETag=TAG, Last_Modified=DATE, Content_Type="text/calendar", Set_Cookie="a=b")
    assert await got(server, answer) == Fetched(CALENDAR, TAG, DATE, None)
    (path, asked), *_ = server.requests
    assert path == SECRET
    assert asked["host"] == f"127.0.0.1:{server.port}"
    assert asked["user-agent"].startswith("Buendnisbus/")
    assert asked["accept-encoding"] == "gzip, identity"
    assert not {"if-none-match", "if-modified-since", "cookie", "authorization"} & set(asked)


async def test_whoever_runs_a_feed_learns_who_asks(server: Server) -> None:
    await got(server, says(), contact="https://bus.example/feeds")
    assert server.requests[0][1]["user-agent"].endswith(" (+https://bus.example/feeds)")


async def test_what_has_not_changed_is_not_sent_again(server: Server) -> None:
    answer = says(b"", "304 Not Modified", length=-1)
    assert await got(server, answer, etag=TAG, last_modified=DATE) == Fetched(None, TAG, DATE, None)
    asked = server.requests[0][1]
    assert (asked["if-none-match"], asked["if-modified-since"]) == (TAG, DATE)
    newer = says(b"", "304 Not Modified", length=-1, ETag='"v2"')
    assert (await got(server, newer, etag=TAG)).etag == '"v2"'


async def test_not_modified_is_no_answer_to_who_has_nothing(server: Server) -> None:
    error = await failure(server, says(b"", "304 Not Modified", length=-1))
    assert (error.code, error.values["status"]) == ("http-status", 304)


@pytest.mark.parametrize("tag", ["x" * 1_001, '"ä"', '"\x01"', ""])
async def test_a_tag_that_cannot_be_sent_back_is_not_kept_and_never_sent(server: Server, tag: str) -> None:
    if tag != '"\x01"':  # no header can hold it
        assert (await got(server, says(ETag=tag))).etag is None
    await got(server, says(), etag=tag, last_modified=f"{tag}\r\nX: y")
    assert not {"if-none-match", "if-modified-since", "x"} & set(server.requests[-1][1])


async def test_where_it_has_moved_for_good_is_told(server: Server) -> None:
    server.answers |= {"/a": moved(server.url("/b")), "/b": moved("c?x=1", "308 Permanent Redirect"), "/c?x=1": says()}
    assert await fetch(server.url("/a"), allowed=server.allowed) == Fetched(CALENDAR, None, None, server.url("/c?x=1"))
    assert [path for path, asked in server.requests if "cookie" not in asked] == ["/a", "/b", "/c?x=1"]


@pytest.mark.parametrize("status", ["302 Found", "303 See Other", "307 Temporary Redirect"])
async def test_where_it_is_for_now_is_followed_but_not_told(server: Server, status: str) -> None:
    for_good, for_now = "308 Permanent Redirect", status
    for first, then in ((for_good, for_now), (for_now, for_good), (for_now, for_now)):
        server.answers |= {"/a": moved("/b", first), "/b": moved("/c", then), "/c": says()}
        fetched = await fetch(server.url("/a"), allowed=server.allowed)
        assert (fetched.body, fetched.moved_to) == (CALENDAR, None)


async def test_redirects_in_a_circle_or_without_end_are_given_up(server: Server) -> None:
    server.answers |= {"/a": moved("/b"), "/b": moved("/a")}
    assert (await failure(server, b"", "/a")).code == "redirect-loop"
    assert server.paths() == ["/a", "/b"]
    server.answers |= {f"/{n}": moved(f"/{n + 1}") for n in range(20)}
    assert (await failure(server, b"", "/0")).code == "redirect-loop"
    assert server.paths()[2:] == [f"/{n}" for n in range(6)]


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://x.example/", "http://geheim:x@x.example/", "http://[::1", "https:///"]
)
async def test_a_redirect_to_no_address_of_a_feed_is_refused(server: Server, location: str) -> None:
    assert (await failure(server, moved(location))).code == "redirect-invalid"


async def test_a_redirect_into_our_own_network_is_refused_however_it_is_written(server: Server) -> None:
    async with serving(says()) as inner:
        for location in (
            inner.url(),
            *(f"http://{host}:{inner.port}/" for host in ("2130706433", "127.1", "[::ffff:7f00:1]", "0x7f000001", "0")),
            "//169.254.169.254/latest/meta-data",
            "http://[fd00:ec2::254]/",
        ):
            assert (await failure(server, moved(location))).code == "address-forbidden", location
        assert inner.connections == 0


async def test_that_one_port_of_a_host_is_allowed_allows_no_other(server: Server) -> None:
    async with serving(says()) as inner:
        assert (await failure(server, moved(inner.url()), allowed=server.allowed)).code == "address-forbidden"
        assert inner.connections == 0
        assert (await got(server, moved(inner.url()), allowed=server.allowed | inner.allowed)).body == CALENDAR


async def test_a_body_that_says_it_is_too_large_is_not_read(server: Server) -> None:
    error = await failure(server, says(BEGUN, length=50_000_000))
    assert (error.code, error.values["most"]) == ("too-large", 10_240)


async def test_a_body_may_be_as_large_as_the_limit_and_no_larger(server: Server) -> None:
    body = CALENDAR[:-15] + b"X-A:" + b"x" * 200_000 + b"\r\nEND:VCALENDAR\r\n"
    for packed, encoding in ((body, None), (zipped(body), "gzip")):
        answer = says(packed, Content_Encoding=encoding)
        assert (await got(server, answer, limits=Limits(bytes=len(body)))).body == body
        assert (await failure(server, answer, limits=Limits(bytes=len(body) - 1))).code == "too-large"


async def test_a_stream_without_end_is_cut_off(server: Server) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(says(BEGUN, length=-1))
        while True:
            writer.write(b"X-A:b\r\n" * 10_000)
            await writer.drain()

    assert (await failure(server, endless, limits=Limits(bytes=1_000_000))).code == "too-large"


async def test_bytes_that_unpack_to_nothing_are_counted_too(server: Server) -> None:
    nothing = zipped(BEGUN) + zipped(b"") * 20_000
    answer = says(nothing, length=-1, Content_Encoding="gzip")
    assert (await failure(server, answer, limits=Limits(bytes=100_000))).code == "too-large"


@pytest.mark.parametrize(("begin", "code"), [(BEGUN, "too-large"), (b"", "not-a-calendar")])
async def test_a_gigabyte_of_zeros_in_gzip_is_never_unfolded(server: Server, begin: bytes, code: str) -> None:
    packed = bomb(1_024, begin)
    assert len(packed) < 2_000_000
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        error = await failure(server, says(packed, Content_Encoding="gzip"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.code == code
    assert peak - before < 30 * 1024 * 1024


async def test_headers_without_end_are_cut_off(server: Server) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-Geheim: x\r\n" * 1_000)
            await writer.drain()

    assert (await failure(server, endless)).code == "not-http"


async def forever(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def test_a_server_that_says_nothing_is_given_up(server: Server) -> None:
    assert (await failure(server, forever, limits=Limits(idle_seconds=0.2))).code == "too-slow"


@pytest.mark.parametrize("begin", [b"", says(BEGUN, length=1_000)])
async def test_a_server_that_sends_single_bytes_is_given_up_in_the_end(server: Server, begin: bytes) -> None:
    async def dripping(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    error = await failure(server, dripping, limits=Limits(seconds=1, idle_seconds=20))
    assert (error.code, error.values.get("seconds")) == ("too-slow", 1)


async def test_redirects_that_take_their_time_share_one_deadline(server: Server) -> None:
    async def late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.4)
        writer.write(moved(f"/{len(server.requests)}"))
        await writer.drain()

    limits = Limits(seconds=1, idle_seconds=20, redirects=1_000)
    assert (await failure(server, late, limits=limits)).code == "too-slow"


async def test_whoever_stops_waiting_stops_it(server: Server) -> None:
    server.answers["*"] = forever
    task = asyncio.create_task(fetch(server.url(), allowed=server.allowed))
    while not server.requests:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    "answer",
    [
        says(CALENDAR[:60], length=len(CALENDAR)),
        says(b"20\r\n" + CALENDAR[:32] + b"\r\n", length=-1, Transfer_Encoding="chunked"),
        says(zipped()[:-10], length=-1, Content_Encoding="gzip"),
        says(CALENDAR[:-20], length=-1),
        says(CALENDAR + CALENDAR[:-20]),
    ],
    ids=["length", "chunks", "gzip", "no length", "second calendar"],
)
async def test_half_a_calendar_is_none(server: Server, answer: bytes) -> None:
    assert (await failure(server, answer)).code == "incomplete"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"220 geheim ESMTP\r\n",
        b"SSH-2.0-geheim\r\n",
        b"\x00" * 2_000,
        b"HTTP/9.9 x\r\n\r\n",
        b"HTTP/1.1 200 OK",
        b"GET / HTTP/1.1\r\n\r\n",
        says(length=-1, Content_Length="9" * 5_000),
        says(length=-1, Content_Length="-1"),
        says(length=-1, Transfer_Encoding="geheim"),
    ],
)
async def test_what_is_not_http_is_said_to_be_so(server: Server, answer: bytes) -> None:
    assert (await failure(server, answer)).code == "not-http"


async def test_any_bytes_end_in_a_plain_reason(server: Server) -> None:
    chance = random.Random(4)
    start = says(length=-1, Transfer_Encoding="chunked", Content_Encoding="gzip") + b"14\r\n" + zipped()[:20] + b"\r\n"
    for _ in range(60):
        answer = bytearray(start)
        for _ in range(chance.randrange(1, 8)):
            answer[chance.randrange(len(answer))] = chance.randrange(256)
        await failure(server, bytes(answer), limits=QUICK)


@pytest.mark.parametrize("content_type", ["text/calendar; charset=utf-8", "text/html", "text/plain", "image/png", None])
async def test_a_calendar_is_one_whatever_its_type_is_said_to_be(server: Server, content_type: str | None) -> None:
    assert (await got(server, says(Content_Type=content_type))).body == CALENDAR


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + CALENDAR,
        b"\r\n \n\r\n" + CALENDAR,
        b"\xef\xbb\xbf\r\n" + CALENDAR.replace(b"\r\n", b"\n"),
        CALENDAR.lower(),
        b"Warning: foo in bar.php\n" + CALENDAR,
        b"BEGIN:VEVENT\nUID:1\nEND:VEVENT\n",
        CALENDAR + CALENDAR,
        CALENDAR + b"\r\n<!-- cached -->\r\n",
        CALENDAR.rstrip(),
    ],
)
async def test_a_calendar_is_one_with_a_little_around_it(server: Server, body: bytes) -> None:
    assert (await got(server, says(body))).body == body


@pytest.mark.parametrize(
    ("body", "content_type", "hint"),
    [
        (b"<!doctype html><title>geheim</title>", "text/html; charset=utf-8", "login page"),
        (b"\xef\xbb\xbf\n <html>", "text/calendar", "login page"),
        (b"<p>x" * 2_000_000, "text/html", "login page"),
        (b"<pre>a BEGIN:VCALENDAR\n</pre>", "text/plain", "web page"),
        (b"", "text/calendar", "BEGIN:VCALENDAR"),
        (b'{"geheim": 1}', "application/json", "BEGIN:VCALENDAR"),
        (b"\x89PNG" * 10_000, "image/png", "BEGIN:VCALENDAR"),
        (b"x" * 9_000 + b"\r\n" + CALENDAR, "text/calendar", "BEGIN:VCALENDAR"),
    ],
)
async def test_what_is_no_calendar_is_told_with_a_hint(
    server: Server, body: bytes, content_type: str, hint: str
) -> None:
    error = await failure(server, says(body, Content_Type=content_type))
    assert error.code == "not-a-calendar"
    assert hint in error.detail


async def test_a_page_without_end_is_left_as_soon_as_it_is_seen_to_be_no_calendar(server: Server) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        writer.write(says(b"<html>", length=-1) + b"x" * 10_000)
        await writer.drain()
        await forever(writer)

    assert (await failure(server, endless)).code == "not-a-calendar"


def deflated(window: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return packer.compress(CALENDAR) + packer.flush()


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (zipped(), "gzip"),
        (zipped(), "X-GZip"),
        (zipped(CALENDAR[:20]) + zipped(CALENDAR[20:]), "gzip"),
        (zipped() + bytes(600), "gzip"),
        (deflated(15), "deflate"),
        (deflated(-15), "deflate"),
        (CALENDAR, "identity"),
    ],
)
async def test_a_packed_calendar_is_unpacked_however_it_comes_in_pieces(
    server: Server, packed: bytes, encoding: str
) -> None:
    async def in_bytes(writer: asyncio.StreamWriter) -> None:
        writer.write(says(b"", length=-1, Content_Encoding=encoding))
        for byte in packed:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)

    assert (await got(server, says(packed, Content_Encoding=encoding))).body == CALENDAR
    assert (await got(server, in_bytes)).body == CALENDAR


async def test_a_large_calendar_is_unpacked_to_its_last_byte(server: Server) -> None:
    for size in (65_536, 65_537, 131_072, 1_000_000):
        body = BEGUN + b"x" * (size - len(BEGUN) - 15) + b"\nEND:VCALENDAR\n"
        assert len(body) == size
        assert (await got(server, says(zipped(body), Content_Encoding="gzip"))).body == body
        twice = zipped(body[:65_536]) + zipped(body[65_536:])
        assert (await got(server, says(twice, Content_Encoding="gzip"))).body == body


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [(b"x", "br"), (b"x", "zstd"), (zipped(zipped()), "gzip, gzip"), (CALENDAR, "gzip"), (b"\xff" * 99, "deflate")],
)
async def test_what_was_packed_otherwise_or_badly_is_refused(server: Server, packed: bytes, encoding: str) -> None:
    assert (await failure(server, says(packed, Content_Encoding=encoding))).code == "compressed-badly"


@pytest.mark.parametrize(
    ("status", "what_to_do"),
    [
        (401, "share the calendar"),
        (403, "make the calendar public"),
        (404, "copy the calendar's address"),
        (410, "remove the feed"),
        (429, "less often"),
        (500, "fault of its own"),
        (503, "fault of its own"),
        (301, "no calendar"),
        (204, "no calendar"),
        (206, "no calendar"),
        (418, "no calendar"),
    ],
)
async def test_each_refusal_of_a_server_says_what_to_do(server: Server, status: int, what_to_do: str) -> None:
    error = await failure(server, says(b"" if status == 204 else CALENDAR, f"{status} geheim", Retry_After="120"))
    assert (error.code, error.values) == ("http-status", {"host": "127.0.0.1", "status": status})
    assert what_to_do in error.detail
    assert error.retry_after == (120 if status in (429, 503) else None)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("120", 120, 120),
        ("9" * 3_000, 86_400, 86_400),
        (format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True), 3_600, 7_200),
        (format_datetime(datetime.now(UTC) + timedelta(days=9), usegmt=True), 86_400, 86_400),
    ],
    ids=["seconds", "too many of them", "a time soon", "a time in days"],
)
async def test_when_to_come_again_is_told_and_is_a_day_at_most(
    server: Server, header: str, least: float, most: float
) -> None:
    error = await failure(server, says(b"", "503 Later", Retry_After=header))
    assert error.retry_after is not None
    assert least <= error.retry_after <= most


@pytest.mark.parametrize("header", ["", "0", "-5", "soon", DATE.replace("2026", "2001"), "Thu, 99 Foo 2026", "\xb2"])
async def test_when_to_come_again_is_not_told_where_it_is_not_said(server: Server, header: str) -> None:
    assert (await failure(server, says(b"", "429 Later", Retry_After=header))).retry_after is None


async def test_a_port_where_nobody_listens_is_unreachable(server: Server) -> None:
    async with serving(b"") as gone:
        pass
    with pytest.raises(FetchError, match="unreachable"):
        await fetch(gone.url(), allowed=gone.allowed)


async def test_proxies_of_the_environment_are_not_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await got(server, says())).body == CALENDAR


def test_the_loop_that_services_run_on_does_the_same() -> None:
    async def main() -> None:
        async with serving({"/a": moved("/b"), "/b": says(zipped(), Content_Encoding="gzip")}) as server:
            assert (await fetch(server.url("/a"), allowed=server.allowed)).body == CALENDAR
            assert (await failure(server, forever, limits=Limits(seconds=0.3))).code == "too-slow"
            assert (await failure(server, forever, limits=Limits(idle_seconds=0.2))).code == "too-slow"
            assert (await failure(server, says(), allowed=())).code == "address-forbidden"

    uvloop.run(main())
