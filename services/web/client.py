"""The gateway as these pages ask it: connections kept alive, deadlines, entity tags, the reader's language and session.

Whatever a page shows or does goes through here, and through the public interface alone.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode

import httpx
import orjson

Document: TypeAlias = dict[str, Any]
Query: TypeAlias = Iterable[tuple[str, str | None]]

READ_S: Final = 2.5
"""Within this time a page is there, or one that says why it is not."""
PATIENCE_S: Final = 10
"""So long a write may wait for what comes of it."""
_CONNECT_S: Final = 1.0
_CONNECTIONS: Final = 100
_KEPT_BYTES: Final = 8 * 1024 * 1024
_ENTRY_BYTES: Final = 500
_AGAIN_S: Final = 0.2
_SERVER_ERRORS: Final = range(500, 600)
_SECONDS: Final = re.compile(r"[0-9]{1,5}")
_DOTS: Final = {".": "%2E", "..": "%2E%2E"}


def segment(name: str) -> str:
    """``name``, whatever stands in it, as the one part of a path that names something.

    A client would take two dots for the folder above, and ask for something else.
    """
    return _DOTS.get(name) or quote(name, safe="")


class GatewayAwayError(Exception):
    """The gateway did not answer in time, or could not. ``retry_after``: seconds until it is worth trying again."""

    def __init__(self, retry_after: int = 5) -> None:
        super().__init__("the gateway is away")
        self.retry_after = retry_after


class RefusedError(Exception):
    """The gateway answered with a problem (RFC 9457), in the reader's language."""

    def __init__(self, status: int, problem: Document) -> None:
        super().__init__(problem.get("title", ""))
        self.status = status
        self.problem = problem

    @property
    def errors(self) -> list[Document]:
        """``field``, ``code`` and ``detail`` of each reason."""
        return list(self.problem.get("errors", ()))

    @property
    def sentence(self) -> str:
        """The problem in one line."""
        return ": ".join([self.problem.get("title", ""), *(error["detail"] for error in self.errors)][:2])


@dataclass(frozen=True, slots=True)
class Answer:
    """What was read. ``last_event_id``: from where ``/v1/stream`` tells what has changed since, None if unknown."""

    document: Document
    last_event_id: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a write. ``result``: ``created``, ``changed`` …, ``pending`` where that is not known yet, None
    where it was refused; then ``problem`` says why in one line, and ``errors`` by field. ``link``: path at the gateway
    where whoever wrote it finds it, and nobody else; empty where there is none."""

    result: str | None
    errors: tuple[Document, ...] = ()
    problem: str = ""
    link: str = ""

    def notice(self, done: str) -> str:
        """Which notice to show about a write that was not refused: ``done``, ``pending`` or ``unchanged``."""
        return self.result if self.result in ("pending", "unchanged") else done


class Gateway:
    """The gateway, for everyone who reads these pages; ``asked_by`` makes it one reader's."""

    def __init__(self, url: str) -> None:
        # No proxy of the environment stands before a service of one's own.
        limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
        self._http = httpx.AsyncClient(base_url=url, trust_env=False, limits=limits)
        self._kept = _Kept(_KEPT_BYTES)

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    def asked_by(self, language: str, token: str | None = None, address: str = "") -> "Client":
        """The gateway as a reader of ``language`` asks it; ``token``: of the session that is open, if one is;
        ``address``: of the reader, by which the gateway counts who asks how often."""
        return Client(self._http, self._kept, language, token, address)


class Client:
    """Asks the gateway for one reader."""

    def __init__(
        self, http: httpx.AsyncClient, kept: "_Kept", language: str, token: str | None, address: str = ""
    ) -> None:
        self._http = http
        self._kept = kept
        self._token = token
        self._headers = {"Accept-Language": language}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        if address:
            self._headers["X-Forwarded-For"] = address

    async def read(self, path: str, query: Query = ()) -> Document:
        """The document at ``path``; of ``query`` what is None is left out.

        Raises:
            RefusedError: there is none, or it may not be seen.
            GatewayAwayError: no answer within ``READ_S``.
        """
        return (await self.read_answer(path, query)).document

    async def read_answer(self, path: str, query: Query = ()) -> Answer:
        """The same with what its headers say. What is for everyone is kept, and only asked for again if it changed."""
        address = _address(path, query)
        key = (address, self._headers["Accept-Language"])
        kept = None if self._token else self._kept.get(key)
        response = await self._get(address, {"If-None-Match": kept[0]} if kept else {})
        body = kept[1] if kept and response.status_code == httpx.codes.NOT_MODIFIED else response.content
        tag = response.headers.get("etag")
        if tag and not self._token and "no-store" not in response.headers.get("cache-control", ""):
            self._kept.put(key, tag, body)
        return Answer(orjson.loads(body), response.headers.get("last-event-id"))

    async def read_if_any(self, path: str, query: Query = ()) -> Document | None:
        """The document at ``path``, None where there is none."""
        try:
            return await self.read(path, query)
        except RefusedError as error:
            if error.status == httpx.codes.NOT_FOUND:
                return None
            raise

    async def ask(self, path: str, body: Document) -> Document:
        """The answer to a question that has a body, and of which nothing is kept; errors as ``read``."""
        content, headers = orjson.dumps(body), {"Content-Type": "application/json"}
        response = await self._within_deadline("POST", path, headers, content)
        if response.is_success:
            answer: Document = orjson.loads(response.content)
            return answer
        raise _refused(response)

    async def read_text(self, path: str) -> str:
        """What is at ``path``, where it is no JSON."""
        return (await self._get(path, {})).text

    async def write(self, method: str, path: str, body: Document | None = None, *, key: str) -> Outcome:
        """Write, and wait a little for what comes of it. Under the same ``key`` it acts once, however often it is sent.

        Raises:
            RefusedError: the session is over or does not open this, or what stands before the gateway refused it.
            GatewayAwayError: it could not be taken.
        """
        headers = {"Idempotency-Key": key, "Prefer": f"wait={PATIENCE_S}"}
        content = b"" if body is None else orjson.dumps(body)
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with asyncio.timeout(PATIENCE_S + READ_S):
                response = await self._send(method, path, headers, content)
                while _is_being_answered(response):
                    await asyncio.sleep(_AGAIN_S)
                    response = await self._send(method, path, headers, content)
        except TimeoutError:
            raise GatewayAwayError from None
        if response.is_success:
            if response.status_code == httpx.codes.NO_CONTENT:
                return Outcome("done")
            said = orjson.loads(response.content)
            return Outcome(said.get("result", "pending"), link=said.get("link", ""))
        refused = _refused(response)
        if refused.status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN) or not refused.problem.get("title"):
            raise refused
        return Outcome(None, tuple(refused.errors), refused.sentence)

    async def sign_in(self, *, token: str = "", key: str = "") -> Document:
        """Begin a session with the token of a link or with an API key; its own ``token`` is in what is returned.

        Raises:
            RefusedError: neither is good.
            GatewayAwayError: no answer within ``READ_S``.
        """
        body = orjson.dumps({"token": token} if token else {"key": key})
        response = await self._within_deadline("POST", "/v1/sessions", {"Content-Type": "application/json"}, body)
        if response.is_success:
            session: Document = orjson.loads(response.content)
            return session
        raise _refused(response)

    async def sign_out(self) -> None:
        """End the session; one that is over is no fault."""
        response = await self._within_deadline("DELETE", "/v1/sessions/current", {})
        if response.status_code not in (httpx.codes.NO_CONTENT, httpx.codes.UNAUTHORIZED):
            raise _refused(response)

    async def _get(self, address: str, headers: Mapping[str, str]) -> httpx.Response:
        response = await self._within_deadline("GET", address, headers)
        if response.status_code in (httpx.codes.OK, httpx.codes.NOT_MODIFIED):
            return response
        raise _refused(response)

    async def _within_deadline(
        self, method: str, address: str, headers: Mapping[str, str], content: bytes = b""
    ) -> httpx.Response:
        try:
            async with asyncio.timeout(READ_S):
                return await self._send(method, address, headers, content)
        except TimeoutError:
            raise GatewayAwayError from None

    async def _send(
        self, method: str, address: str, headers: Mapping[str, str], content: bytes = b""
    ) -> httpx.Response:
        """Send a request that may be repeated, as each of these: a connection kept from before may have ended."""
        if _DOTS.keys() & set(address.partition("?")[0].split("/")):
            raise ValueError("a part of a path must be a segment")
        request = self._http.build_request(
            method,
            address,
            headers=self._headers | dict(headers),
            content=content or None,
            timeout=httpx.Timeout(PATIENCE_S + READ_S, connect=_CONNECT_S),
        )
        try:
            try:
                response = await self._http.send(request)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                response = await self._http.send(request)
        except httpx.TransportError:
            raise GatewayAwayError from None
        if response.status_code in _SERVER_ERRORS or response.has_redirect_location:  # no gateway leads elsewhere
            after = response.headers.get("retry-after", "")
            raise GatewayAwayError(int(after) if _SECONDS.fullmatch(after) else 5)
        return response


class _Kept:
    """Bodies for everyone with their entity tags, those that were not asked for longest forgotten first."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._bytes = most_bytes, 0
        self._bodies: OrderedDict[tuple[str, str], tuple[str, bytes]] = OrderedDict()

    def get(self, key: tuple[str, str]) -> tuple[str, bytes] | None:
        found = self._bodies.get(key)
        if found:
            self._bodies.move_to_end(key)
        return found

    def put(self, key: tuple[str, str], tag: str, body: bytes) -> None:
        if key in self._bodies:
            self._forget(key)
        self._bodies[key] = (tag, body)
        self._bytes += _size(key, tag, body)
        while self._bytes > self._most:
            self._forget(next(iter(self._bodies)))

    def _forget(self, key: tuple[str, str]) -> None:
        self._bytes -= _size(key, *self._bodies.pop(key))


def _size(key: tuple[str, str], tag: str, body: bytes) -> int:
    """What an entry takes: of a search that finds nothing its address is the larger part."""
    return _ENTRY_BYTES + len(key[0]) + len(tag) + len(body)


def _address(path: str, query: Query) -> str:
    pairs = [(name, value) for name, value in query if value is not None]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _is_being_answered(response: httpx.Response) -> bool:
    """Whether the same write is just being made, as after a double click."""
    if response.status_code != httpx.codes.CONFLICT:
        return False
    return any(error.get("code") == "idempotency-key-running" for error in _refused(response).errors)


def _refused(response: httpx.Response) -> RefusedError:
    try:
        problem = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        problem = {}
    return RefusedError(response.status_code, problem if isinstance(problem, dict) else {})
