"""A write becomes a message in the outbox and ``202 Accepted``: one table, one way (DESIGN 7).

It is taken while the service that decides on it, or Kafka itself, is down.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from hashlib import blake2b
from operator import getitem
from typing import Any, Final
from uuid import UUID, uuid4

import orjson
from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate, check_owner
from services.gateway.common.access.links import Link, Purpose, opened_by
from services.gateway.common.context import Context
from services.gateway.common.http.bodies import media_type, read_body
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.problems import ProblemError, problem_response, reason
from services.gateway.common.requests import store
from services.gateway.common.requests.documents import request_document
from services.gateway.common.requests.store import NewRequest, RequestState
from services.gateway.common.requests.write import Target, Write
from services.gateway.common.views import store as views_store
from shared import db, outbox
from shared.clock import utc_now
from shared.contracts.base import Contract, field_errors
from shared.contracts.requests import Problem
from shared.envelope import Message, new_message
from shared.topics import is_personal, partner_of

SOURCE: Final = "urn:buendnisbus:gateway"
LONGEST_WAIT_S: Final = 30
LARGEST_INTEGER: Final = 2**64 - 1  # what is larger is read as a number with a fraction
_WAIT: Final = re.compile(r"(?:^|[,;\s])wait\s*=\s*(\d{1,4})", re.IGNORECASE)
_ORGANISATION: Final = re.compile(r"^[a-z0-9-]{3,40}$")


@dataclass(frozen=True, slots=True)
class Taken:
    """A write that was taken. ``state``: what came of it, None where that is not known yet."""

    request: UUID
    resource: str
    state: RequestState | None


async def accept(request: Request, parts: Context, write: Write) -> Response:
    """Take a write: check who and what, store it with its message, wait as long as the client prefers.

    Raises:
        ProblemError: it was not accepted, and why.
    """
    path: dict[str, Any] = dict(request.path_params)
    for field in ("partner", "member"):
        if not _ORGANISATION.match(path.get(field, "any")):
            raise ProblemError(404, reason(field, "not-found", "is not the id of an organisation"))
    if write.link is not None:
        link = opened(parts, path["token"], write.link)
        path |= {"token": link.id, "number": link.number}
        owner = f"{link.purpose} {link.id}"
    else:
        caller = await authenticate(request, parts, write.scope)
        check_owner(caller, path.get("partner"))
        check_owner(caller, path.get("member"), field="member")
        owner = caller.owner
    data = await _data(request, write, path, parts.settings.largest_body)
    return await accept_data(request, parts, write, data, path, owner)


async def accept_data(
    request: Request,
    parts: Context,
    write: Write,
    data: Contract,
    path: Mapping[str, str],
    owner: str,
    link: str = "",
) -> Response:
    """Take a write whose body was read, as whoever sent ``request`` prefers. ``link``: where
    whoever sent it finds what came of it, and nobody else.

    Raises:
        ProblemError: as ``take``.
    """
    wait = _preferred_wait(request)
    key = request.headers.get("idempotency-key")
    return _respond(request, await take(parts, write, data, path, owner, key=key, wait=wait), wait, link)


def opened(parts: Context, token: str, purpose: Purpose) -> Link:
    """What the link with this token opens.

    Raises:
        ProblemError: 404, it opens nothing, or something else.
    """
    link = opened_by(parts.settings, token, purpose)
    if link is None:
        raise ProblemError(404, reason("token", "not-found", "names no link that opens anything here"))
    return link


async def take(
    parts: Context,
    write: Write,
    data: Contract,
    path: Mapping[str, str],
    owner: str,
    *,
    key: str | None = None,
    wait: int = 0,
) -> Taken:
    """Store a write of ``owner`` with its message, and wait up to ``wait`` seconds for what comes of it.

    Raises:
        ProblemError: ``key``, the Idempotency-Key, is in use, or the organisation may not publish.
    """
    body = data.model_dump_json(exclude_unset=True).encode()
    target = write.target(data, path)
    pepper = parts.settings.key_pepper.get_secret_value().encode()
    new = _new_request(target, owner, _fingerprint(write, target, body, pepper), key, wait)
    message = new_message(write.kind, body, source=SOURCE, subject=target.subject, message_id=str(new.id))
    earlier = await _store(parts, new, target, message, write, data)
    request_id = new.id if earlier is None else earlier
    state = await _settled(parts, request_id, wait)
    if new.key is not None and earlier is None:
        async with db.reading(parts.pool) as connection:
            await store.answered(connection, new.id)
    return Taken(request_id, new.resource, state)


async def _data(request: Request, write: Write, path: Mapping[str, Any], largest: int) -> Contract:
    """The body as the contract reads it, with what the path names."""
    raw = await read_body(request, largest)
    if not raw and not write.needs_body:
        raw = b"{}"
    elif media_type(request) != "application/json":
        raise ProblemError(415)
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        invalid = reason("", "json-invalid", "is not valid JSON: {error}", error=str(error))
        raise ProblemError(422, invalid) from None
    if isinstance(body, dict):
        for parameter, field in write.names:
            named = path[parameter]
            if body.setdefault(field, named) != named:
                raise ProblemError(422, reason(field, f"{field}-differs", "is not the one in the path"))
        body |= write.stamp(path) if write.stamp else {}
    try:
        return _read(write.body, body)
    except ValidationError as error:
        raise ProblemError(422, *field_errors(error)) from None
    except orjson.JSONEncodeError:
        raise ProblemError(
            422, reason("", "json-invalid", "is not valid JSON: {error}", error="nested too deeply")
        ) from None


def _read(model: type[Contract], body: Any) -> Contract:
    """``body`` as ``model`` reads it; 3.0 is an integer, as in JSON Schema, which describes it so."""
    try:
        return model.model_validate_json(orjson.dumps(body))
    except ValidationError as error:
        whole = [one for one in error.errors() if one["type"].startswith("int_") and _is_whole(one["input"])]
        if not whole:
            raise
    for one in whole:
        *above, last = one["loc"]
        reduce(getitem, above, body)[last] = int(one["input"])
    return model.model_validate_json(orjson.dumps(body))


def _is_whole(value: object) -> bool:
    return isinstance(value, float) and value.is_integer() and -(2**63) <= value <= LARGEST_INTEGER


def _preferred_wait(request: Request) -> int:
    """Seconds, from ``Prefer: wait`` (RFC 7240); 0 without."""
    match = _WAIT.search(request.headers.get("prefer", ""))
    return min(int(match[1]), LONGEST_WAIT_S) if match else 0


def _fingerprint(write: Write, target: Target, data: bytes, pepper: bytes) -> bytes:
    """What tells a write from others under the same Idempotency-Key. Of people it says nothing without ``pepper``."""
    written = f"{write.method} {target.resource}\n".encode() + data
    secret = pepper[:64] if is_personal(target.topic) else b""
    return blake2b(written, digest_size=16, key=secret).digest()


def _new_request(target: Target, owner: str, fingerprint: bytes, key: str | None, wait: int) -> NewRequest:
    if key is not None and not 1 <= len(key) <= 255:
        raise ProblemError(422, reason("idempotency-key", "idempotency-key-invalid", "must have 1 to 255 characters"))
    return NewRequest(
        id=uuid4(),
        topic=target.topic,
        owner=owner,
        resource=target.resource,
        aggregate=target.aggregate,
        key=key,
        body_hash=fingerprint,
        answering_until=utc_now() + timedelta(seconds=wait + 5),
    )


async def _store(
    parts: Context, new: NewRequest, target: Target, message: Message, write: Write, data: Contract
) -> UUID | None:
    """Store the request with its message; returns the earlier request that this one repeats, if it does."""
    async with db.transaction(parts.pool) as connection:
        partner = partner_of(new.topic)
        if partner and not await views_store.is_active_partner(connection, partner):
            unknown = reason("partner", "partner-unknown", "is not registered to publish")
            raise ProblemError(403, unknown, kind="/problems/partner-unknown")
        earlier = await store.insert(connection, new)
        if earlier is None:
            await outbox.add(connection, [(new.topic, target.key or target.aggregate, message)])
            if write.effect is not None:
                await write.effect(connection, data)
    if earlier is None:
        parts.relay.wake()
        return None
    if earlier.body_hash != new.body_hash:
        reused = reason("idempotency-key", "idempotency-key-reused", "was used for another request")
        raise ProblemError(422, reused, kind="/problems/idempotency-key-reused")
    if earlier.is_answering:
        running = reason("idempotency-key", "idempotency-key-running", "belongs to a request that is being answered")
        raise ProblemError(409, running, headers={"Retry-After": "1"})
    return earlier.id


async def _settled(parts: Context, request: UUID, wait: int) -> RequestState | None:
    return await parts.waiter.wait(request, wait) if wait else None


def _respond(request: Request, taken: Taken, wait: int, link: str) -> Response:
    request_id, resource, state = taken.request, taken.resource, taken.state
    headers = {"Preference-Applied": f"wait={wait}"} if wait else {}
    if state is None:
        body = orjson.dumps(
            {"request": str(request_id), "resource": resource, **({"status": link, "link": link} if link else {})}
        )
        headers |= {"Location": f"/v1/requests/{request_id}"}
        return Response(body, status_code=202, media_type="application/json", headers=headers)
    if state.problem is not None:
        problem = Problem.model_validate_json(state.problem)
        language = negotiate(request.headers.get("accept-language"))
        return problem_response(problem, language, headers, request=str(request_id))
    if request.method == "DELETE":
        return Response(status_code=204, headers=headers)
    created = state.result == "created"
    if created:
        headers |= {"Location": link or resource}
    document = request_document(state, request.headers.get("accept-language")) | ({"link": link} if link else {})
    body = orjson.dumps(document)
    return Response(body, status_code=201 if created else 200, media_type="application/json", headers=headers)
