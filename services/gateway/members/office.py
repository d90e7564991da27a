"""What the office alone sees of members: all organisations with their people, people, contributions, trainings."""

from uuid import UUID

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from services.gateway.common.access.callers import authenticate
from services.gateway.common.access.keys import OFFICE
from services.gateway.common.context import Context, context
from services.gateway.common.documents import Document
from services.gateway.common.http import cursor
from services.gateway.common.http.language import negotiate
from services.gateway.common.http.lists import MemberId, not_found, page, respond_json, split
from services.gateway.common.http.queries import reader
from services.gateway.common.openapi.operation import described
from services.gateway.common.views import store as views_store
from services.gateway.members import latest_store, queries, schemas, store
from services.gateway.members.documents import own_member
from services.gateway.members.latest import respond_with_latest
from shared import db

router = APIRouter(tags=["office"])

read_members = reader(queries.OfficeMemberQuery)
read_people = reader(queries.PeopleQuery)
read_contributions = reader(queries.OfficeContributionQuery)
read_trainings = reader(queries.TrainingQuery)
read_multipliers = reader(queries.MultiplierQuery)


async def _parts(request: Request) -> Context:
    """The gateway's parts, once it is the office that asks."""
    parts = context(request)
    await authenticate(request, parts, OFFICE)
    return parts


@router.get(
    "/v1/office/members",
    **described("list_office_members", schemas.OfficeMemberPage, query=queries.OfficeMemberQuery, scope=OFFICE),
)
async def list_members(request: Request) -> Response:
    """Organisations of any status by name, with their people."""
    parts, query = await _parts(request), read_members(request)
    wanted = queries.office_members_wanted(query)
    language = negotiate(request.headers.get("accept-language"))
    async with db.reading(parts.pool) as connection:
        rows = await store.list_members(connection, wanted, query.limit + 1)
        shown, last = split(rows, query.limit)
        people = await store.people_of(connection, [row["id"] for row in shown])
    items = [
        {**own_member(orjson.loads(row["document"]), language), "people": people.get(row["id"], [])} for row in shown
    ]
    following = cursor.write_text(last["name"], last["id"]) if last else None
    return respond_json(request, page(items, following), private=True)


@router.get(
    "/v1/office/members/{member}",
    **described("read_office_member", schemas.OfficeMember, scope=OFFICE, problems=(404,)),
)
async def read_member(request: Request, member: MemberId) -> Response:
    """One organisation with its people."""
    parts = await _parts(request)
    fact = await _fact(parts, "organisation", member, "member")
    async with db.reading(parts.pool) as connection:
        people = await store.people_of(connection, [member])
    language = negotiate(request.headers.get("accept-language"))
    return respond_json(request, {**own_member(fact, language), "people": people.get(member, [])}, private=True)


@router.get("/v1/office/organisations", **described("list_organisations", schemas.OrganisationNames, scope=OFFICE))
async def list_organisations(request: Request) -> Response:
    """All organisations that have ever applied, by name, in one answer: to choose from, and to name them."""
    parts = await _parts(request)
    async with db.reading(parts.pool) as connection:
        rows = await store.list_organisations(connection)
    return respond_json(request, page([dict(row) for row in rows], None), private=True)


@router.get(
    "/v1/office/people",
    **described("list_office_people", schemas.PersonPage, query=queries.PeopleQuery, scope=OFFICE),
)
async def list_people(request: Request) -> Response:
    """People by name, of all organisations or one."""
    parts, query = await _parts(request), read_people(request)
    (after,) = cursor.read_text(query.cursor, parts=1) or (None,)
    async with db.reading(parts.pool) as connection:
        rows = await store.list_people(
            connection,
            organisation=query.organisation,
            words=query.q.strip(),
            after=after,
            limit=query.limit + 1,
        )
    if rows is None:
        raise cursor.invalid()
    shown, last = split(rows, query.limit)
    following = cursor.write_text(last["id"]) if last else None
    return respond_json(request, page([orjson.loads(row["document"]) for row in shown], following), private=True)


@router.get(
    "/v1/office/people/{person}",
    **described("read_office_person", schemas.Person, scope=OFFICE, problems=(404,)),
)
async def read_person(request: Request, person: UUID) -> Response:
    """One person with roles and trainings."""
    parts = await _parts(request)
    async with db.reading(parts.pool) as connection:
        text = await views_store.read_private(connection, "person", str(person))
    if text is None:
        raise not_found("person", "person")
    return respond_json(request, orjson.loads(text), private=True)


@router.get(
    "/v1/office/contributions",
    **described(
        "list_office_contributions",
        schemas.ContributionPage,
        query=queries.OfficeContributionQuery,
        scope=OFFICE,
    ),
)
async def list_contributions(request: Request) -> Response:
    """Contributions, the latest first."""
    parts, query = await _parts(request), read_contributions(request)
    return await respond_with_latest(request, parts, "contribution", query, query.organisation)


@router.get(
    "/v1/office/contributions/{contribution}",
    **described("read_office_contribution", schemas.Contribution, scope=OFFICE, problems=(404,)),
)
async def read_contribution(request: Request, contribution: UUID) -> Response:
    """One contribution."""
    found = await _fact(await _parts(request), "contribution", str(contribution), "contribution")
    return respond_json(request, found, private=True)


@router.get(
    "/v1/office/trainings",
    **described("list_office_trainings", schemas.TrainingPage, query=queries.TrainingQuery, scope=OFFICE),
)
async def list_trainings(request: Request) -> Response:
    """Trainings, the latest first."""
    parts, query = await _parts(request), read_trainings(request)
    return await respond_with_latest(request, parts, "training", query)


@router.get(
    "/v1/office/trainings/{training}",
    **described("read_office_training", schemas.Training, scope=OFFICE, problems=(404,)),
)
async def read_training(request: Request, training: UUID) -> Response:
    """One training."""
    return respond_json(
        request, await _fact(await _parts(request), "training", str(training), "training"), private=True
    )


@router.get(
    "/v1/office/multipliers",
    **described("list_office_multipliers", schemas.MultiplierPage, query=queries.MultiplierQuery, scope=OFFICE),
)
async def list_multipliers(request: Request) -> Response:
    """Who can be asked as moderator, with the person behind each entry of the registry."""
    parts, query = await _parts(request), read_multipliers(request)
    (after,) = cursor.read_text(query.cursor, parts=1) or (None,)
    async with db.reading(parts.pool) as connection:
        rows = await latest_store.list_multipliers(connection, status=query.status, after=after, limit=query.limit + 1)
        shown, last = split(rows, query.limit)
        people = await views_store.people_behind(connection, [row["id"] for row in shown])
    items = [{**orjson.loads(row["document"]), "person": people.get(row["id"])} for row in shown]
    return respond_json(request, page(items, cursor.write_text(last["id"]) if last else None), private=True)


@router.get(
    "/v1/office/multipliers/{multiplier}",
    **described("read_office_multiplier", schemas.Multiplier, scope=OFFICE, problems=(404,)),
)
async def read_multiplier(request: Request, multiplier: UUID) -> Response:
    """One entry of the registry, with the person behind it."""
    parts = await _parts(request)
    fact = await _fact(parts, "multiplier", str(multiplier), "multiplier")
    async with db.reading(parts.pool) as connection:
        people = await views_store.people_behind(connection, [str(multiplier)])
    return respond_json(request, {**fact, "person": people.get(str(multiplier))}, private=True)


async def _fact(parts: Context, kind: str, id_: str, field: str) -> Document:
    async with db.reading(parts.pool) as connection:
        text = await views_store.read_fact(connection, kind, id_)
    if text is None:
        raise not_found(field, field)
    fact: Document = orjson.loads(text)
    return fact
