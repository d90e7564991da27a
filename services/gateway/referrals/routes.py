"""Requests for help: asked by anyone, seen by whoever made them, answered by the network that is asked."""

from functools import partial
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate_owner
from services.gateway.common.access.keys import MEMBERS_WRITE
from services.gateway.common.context import Context, context
from services.gateway.common.documents import Document
from services.gateway.common.http import cursor
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.lists import MemberId, not_found, page, respond_json, split
from services.gateway.common.http.paths import routed
from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import KEY, described
from services.gateway.common.requests.accepting import opened
from services.gateway.common.requests.routes import add_writes
from services.gateway.referrals import asking, documents, queries, schemas, store
from services.gateway.referrals.choosing import alternatives, coming_events, others
from services.gateway.referrals.reading import Found, cursor_after, names_of, person_of, read_request
from services.gateway.referrals.submitting import submits
from shared import db
from shared.clock import rfc3339, utc_now
from shared.contracts.referrals.facts import CARED_FOR, ENDED
from shared.language import Language
from shared.responses import respond

router = APIRouter(tags=["referrals"])
read_own = reader(queries.OwnQuery)

_EXAMPLE: Final[dict[str, Any]] = {
    "kind": "offer-help",
    "topics": ["integration"],
    "place": {"postal_code": "08056", "municipality": "Zwickau"},
    "languages": ["de"],
    "message": "Ich habe mittwochs Zeit.",
    "contact": {"name": "Renate Beispiel", "email": "renate@example.org"},
    "consent": "2026-11",
}
_submits: Final = partial(submits, accepted=schemas.ReferralAccepted, done=schemas.ReferralRequest)


@router.post(
    "/v1/referrals", **_submits("create_referral", queries.NewReferral, _EXAMPLE, security=[{}, {KEY: ["office"]}])
)
async def create_referral(request: Request) -> Response:
    """Ask where one can help or find help, who answers a question, or for a moderator. It is passed on at once.

    The answer holds a link, `status`, that only whoever asked gets. Needs no key, unless the office asks
    `on_behalf` of somebody who called.
    """
    return await asking.take_request(request, context(request))


@router.post(
    "/v1/members/{member}/referrals",
    **_submits(
        "create_member_referral", queries.NewSupport, {**_EXAMPLE, "kind": "support"}, security=[{KEY: [MEMBERS_WRITE]}]
    ),
)
async def create_member_referral(request: Request, member: MemberId) -> Response:
    """Ask the other associations for support: a room, an interpreter, a speaker."""
    return await asking.take_support(request, context(request), member)


@router.get(routed("/v1/referrals/{token}"), **described("read_referral", schemas.ReferralStatus, problems=(404,)))
async def read_referral(request: Request, token: str) -> Response:
    """How a request stands, for whoever has its link; what of it can be done now is in `may`."""
    parts = context(request)
    id_ = opened(parts, token, "status").id
    language = negotiate(request.headers.get("accept-language"))
    found = await _found(parts, id_, language)
    if found is None:
        return _private(request, documents.received(id_, rfc3339(utc_now())))
    fact, nearest = found.fact, await alternatives(parts, found.fact)
    finds_nobody = fact["state"] in ("waiting", "escalated")
    coming = await coming_events(parts, fact["ags"], fact["topics"]) if finds_nobody else []
    return _private(request, documents.status(*found, language, nearest, coming))


@router.get(routed("/v1/answers/{token}"), **described("read_answer", schemas.ReferralAsked, problems=(404,)))
async def read_answer(request: Request, token: str) -> Response:
    """A request as the network sees it that has this link. Reading it answers nothing."""
    parts = context(request)
    link = opened(parts, token, "answer")
    language = negotiate(request.headers.get("accept-language"))
    found = await _found(parts, link.id, language)
    if found is None or link.number > len(found.fact["assignments"]):
        raise not_found("token", "link that opens anything here")
    fact = found.fact
    standing = documents.standing_of(fact, link.number)
    if standing == "open" and asking.is_too_old(fact["assignments"][-1]["at"], utc_now()):
        standing = "superseded"
    can_be_asked = await others(parts, fact) if standing == "open" and fact["state"] == "routed" else []
    answer = asking.answer_path(parts, link.id, link.number)
    shown = documents.asked(*found, language, standing=standing, others=can_be_asked, answer=answer)
    return _private(request, shown)


@router.get(
    "/v1/members/{member}/referrals",
    **described("list_member_referrals", schemas.ReferralAskedPage, query=queries.OwnQuery, scope=MEMBERS_WRITE),
)
async def list_member_referrals(request: Request, member: MemberId) -> Response:
    """Requests that an organisation is asked about or cares for, those that are due first."""
    parts, query = context(request), read_own(request)
    await authenticate_owner(request, parts, MEMBERS_WRITE, member, field="member")
    states = CARED_FOR if query.state == "open" else (*CARED_FOR, *ENDED)
    async with db.reading(parts.pool) as connection:
        rows = await store.list_of(
            connection, member, states=states, after=cursor.read(query.cursor), limit=query.limit + 1
        )
        shown, last = split(rows, query.limit)
        facts = [orjson.loads(row["document"]) for row in shown]
        language = negotiate(request.headers.get("accept-language"))
        names = await names_of(connection, facts, language)
    items = [
        documents.asked(
            fact,
            person_of(row),
            names,
            language,
            standing="open" if fact["state"] in CARED_FOR else "over",
            answer=asking.answer_path(parts, fact["id"], len(fact["assignments"])),
        )
        for fact, row in zip(facts, shown, strict=True)
    ]
    return respond_json(request, page(items, cursor_after(last)), private=True)


async def _found(parts: Context, id_: str, language: Language) -> Found | None:
    async with db.reading(parts.pool) as connection:
        return await read_request(connection, id_, language)


def _private(request: Request, body: Document) -> Response:
    """An answer that no cache keeps, as whoever has the link sees it."""
    return respond(request, orjson.dumps(body), caching="no-store", headers={"Vary": "Accept-Language"})


add_writes(router, "/v1/referrals/")
add_writes(router, "/v1/answers/")
