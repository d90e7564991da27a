"""``/v1/concerns``: what worries people, taken seriously and answered at once; nobody has to say who they are."""

from typing import Any, Final
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.access.links import Link, keyed_hash, token_of
from services.gateway.common.context import Context, context
from services.gateway.common.documents import Document
from services.gateway.common.http import cursor
from services.gateway.common.http.bodies import read_model
from services.gateway.common.http.limits import sender_of
from services.gateway.common.http.lists import not_found, page, respond_json, split
from services.gateway.common.http.paths import routed
from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import described
from services.gateway.common.places.near import as_item, known_place
from services.gateway.common.reading.routes import read_text
from services.gateway.common.requests.accepting import accept_data, opened
from services.gateway.common.requests.routes import add_writes
from services.gateway.referrals import concern_store, schemas, writes
from services.gateway.referrals.asking import MOST_BYTES, as_if_taken
from services.gateway.referrals.choosing import coming_events
from services.gateway.referrals.coming import events_near
from services.gateway.referrals.help_lines import lines_for
from services.gateway.referrals.queries import ConcernQuery, NewConcern
from services.gateway.referrals.submitting import submits
from shared import db
from shared.clock import rfc3339, utc_now
from shared.contracts.referrals.asking import CITIZEN
from shared.contracts.referrals.concerns import SubmitConcern
from shared.places import places
from shared.responses import respond

router = APIRouter(tags=["referrals"])
read_query = reader(ConcernQuery)
_EXAMPLE: Final = {
    "text": "An unserer Haltestelle kleben Sticker, die Angst machen.",
    "place": {"postal_code": "08056"},
}


@router.post(
    "/v1/concerns",
    **submits("create_concern", NewConcern, _EXAMPLE, accepted=schemas.ConcernAccepted, done=schemas.ConcernRequest),
)
async def create_concern(request: Request) -> Response:
    """Say what worries you. The office reads it, at once where it cannot wait; nobody asks who you are.

    Behind the `link` of the answer stand events that may suit, whom to call where it cannot wait, and a way to delete
    it. `/v1/topics/propose` says before which topics the text may be about.
    """
    parts = context(request)
    parts.limits.count(request)
    asked = await read_model(request, NewConcern, MOST_BYTES)
    if asked.website:
        return as_if_taken(link_path(parts, str(uuid4())), "/v1/office/concerns/")
    place = known_place("place", asked.place.text, places())
    flags: Any = (await read_text(asked.text)).flags
    id_ = str(writes.id_of(parts.settings, "concern", request.headers.get("idempotency-key")))
    command = SubmitConcern(
        id=id_,
        ags=place.ags,
        topics=asked.topics,
        flags=flags,
        text=asked.text,
        sender=_sender(request, parts),
    )
    return await accept_data(request, parts, writes.CONCERN, command, {}, CITIZEN, link_path(parts, id_))


@router.get(routed("/v1/concerns/{token}"), **described("read_concern", schemas.ConcernStatus, problems=(404,)))
async def read_concern(request: Request, token: str) -> Response:
    """What one wrote, whom to call where it cannot wait, and events that may suit."""
    parts = context(request)
    id_ = opened(parts, token, "concern").id
    async with db.reading(parts.pool) as connection:
        row = await concern_store.read(connection, id_)
    found = _document(row) if row else _received(id_)
    if row:
        found["coming"] = await coming_events(parts, found["place"]["ags"] if found["place"] else "", found["topics"])
    return respond(request, orjson.dumps(found), caching="no-store", headers={"Vary": "Accept-Language"})


@router.get(
    "/v1/office/concerns",
    **described("list_office_concerns", schemas.ConcernPage, query=ConcernQuery, scope=OFFICE),
    tags=["office"],
)
async def list_concerns(request: Request) -> Response:
    """Worries, the latest first."""
    parts, query = context(request), read_query(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        rows = await concern_store.list_all(
            connection, waiting=query.waiting, before=cursor.read(query.cursor), limit=query.limit + 1
        )
    shown, last = split(rows, query.limit)
    following = cursor.write(last["updated_at"], last["id"]) if last else None
    return respond_json(request, page([_document(row) for row in shown], following), private=True)


@router.get(
    "/v1/office/concerns/{concern}",
    **described("read_office_concern", schemas.ConcernStatus, scope=OFFICE, problems=(404,)),
    tags=["office"],
)
async def read_office_concern(request: Request, concern: UUID) -> Response:
    """One worry."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    async with db.reading(parts.pool) as connection:
        row = await concern_store.read(connection, str(concern))
    if row is None:
        raise not_found("concern", "worry")
    return respond_json(request, _document(row), private=True)


def link_path(parts: Context, id_: str) -> str:
    """Where whoever wrote a worry sees it."""
    return f"/v1/concerns/{token_of(parts.settings, Link('concern', id_))}"


def _sender(request: Request, parts: Context) -> str:
    """Who counts as one where it is said which worries become more: a hash of the address that nobody can undo who has
    not the secret of this gateway."""
    return keyed_hash(parts.settings, f"sender {sender_of(request)}")


def _document(row: Any) -> Document:
    fact: Document = orjson.loads(row["document"])
    words: Document | None = orjson.loads(row["words"]) if row["words"] else None
    place = places().by_ags(fact["ags"])
    return {
        "id": fact["id"],
        "version": fact["version"],
        "text": words["text"] if words else None,
        "place": as_item(place) if place else None,
        "topics": fact["topics"],
        "flags": fact["flags"],
        "settled_at": fact["settled_at"],
        "help": lines_for(fact["flags"]),
        "events": events_near(fact["ags"], fact["topics"]),
        "coming": [],
        "created_at": fact["created_at"],
        "erased": words is None,
    }


def _received(id_: str) -> Document:
    """The same while it is on its way to the service."""
    return {
        "id": id_,
        "version": 0,
        "text": None,
        "place": None,
        "topics": [],
        "flags": [],
        "settled_at": None,
        "help": [],
        "events": "/v1/events",
        "coming": [],
        "created_at": rfc3339(utc_now()),
        "erased": False,
    }


add_writes(router, "/v1/concerns/")
