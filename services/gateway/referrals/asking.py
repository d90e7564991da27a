"""Taking a request for help: where it is, who may ask, how often; and the link that only whoever asked gets."""

from datetime import datetime
from typing import Final
from uuid import uuid4

import orjson
from fastapi import Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate, check_owner
from services.gateway.common.access.keys import MEMBERS_WRITE, OFFICE
from services.gateway.common.access.links import Link, token_of
from services.gateway.common.context import Context
from services.gateway.common.http.bodies import read_model
from services.gateway.common.http.problems import ProblemError, reason
from services.gateway.common.places.near import known_place
from services.gateway.common.requests.accepting import accept_data
from services.gateway.common.views import store as views_store
from services.gateway.referrals import writes
from services.gateway.referrals.queries import NewReferral, NewSupport
from shared import db
from shared.contracts.referrals.answers import LINK_HOLDS
from shared.contracts.referrals.asking import CITIZEN, SubmitReferral
from shared.places import places

MOST_BYTES: Final = 64 * 1024
"""Of a request or a worry: a message has 4,000 characters at most, of which JSON may make twelve bytes each."""


async def take_request(request: Request, parts: Context) -> Response:
    """Take what a person asks, or the office for a caller.

    Raises:
        ProblemError: 429, it came too often; 422, something in it cannot be taken; 401 or 403, it is not the office.
    """
    asked = await read_model(request, NewReferral, MOST_BYTES)
    if asked.on_behalf:
        await authenticate(request, parts, OFFICE)
        owner = OFFICE
    else:
        owner = CITIZEN
        parts.limits.count(request)
    if asked.website:
        return as_if_taken(status_path(parts, str(uuid4())), "/v1/office/referrals/")
    return await _take(request, parts, asked, owner)


async def take_support(request: Request, parts: Context, member: str) -> Response:
    """Take what an association asks of the others.

    Raises:
        ProblemError: as ``take_request``; 403, it is no member.
    """
    caller = await authenticate(request, parts, MEMBERS_WRITE)
    check_owner(caller, member, field="member")
    async with db.reading(parts.pool) as connection:
        if not await views_store.is_member(connection, member):
            raise ProblemError(403, reason("member", "not-a-member", "names no member"))
    asked = await read_model(request, NewSupport, MOST_BYTES)
    return await _take(request, parts, asked, member)


async def _take(request: Request, parts: Context, asked: NewReferral | NewSupport, owner: str) -> Response:
    place = known_place("place", asked.place.text, places())
    id_ = str(writes.id_of(parts.settings, owner, request.headers.get("idempotency-key")))
    command = SubmitReferral(
        id=id_,
        kind=asked.kind,
        ags=place.ags,
        topics=asked.topics,
        languages=asked.languages,
        message=asked.message,
        availability=asked.availability,
        occasion=asked.occasion,
        contact=asked.contact,
        language=asked.language,
        consent=asked.consent,
        consent_by="telephone" if asked.on_behalf else "form",
        may_wait=asked.wait,
        by=owner,
    )
    return await accept_data(request, parts, writes.SUBMIT, command, {}, owner, status_path(parts, id_))


def status_path(parts: Context, id_: str) -> str:
    """Where whoever made a request sees how it stands."""
    return f"/v1/referrals/{token_of(parts.settings, Link('status', id_))}"


def answer_path(parts: Context, id_: str, number: int) -> str:
    """Where the network of an assignment answers without a key."""
    return f"/v1/answers/{token_of(parts.settings, Link('answer', id_, number))}"


def is_too_old(asked_at: str, now: datetime) -> bool:
    """Whether a link of an assignment has been open for as long as links are."""
    return now > datetime.fromisoformat(asked_at) + LINK_HOLDS


def as_if_taken(link: str, prefix: str) -> Response:
    """What a program gets that fills in what people leave empty: nothing is kept."""
    body = {"request": str(uuid4()), "resource": f"{prefix}{uuid4()}", "status": link, "link": link}
    headers = {"Location": f"/v1/requests/{body['request']}"}
    return Response(orjson.dumps(body), 202, headers, "application/json")
