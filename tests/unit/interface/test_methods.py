"""Methods of HTTP on every path of the description: OPTIONS, what is allowed, and pages of other origins."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message
from structlog.testing import capture_logs

from services.gateway.app import create_app
from services.gateway.common.openapi.document import describe

APP = create_app(None)
DOCUMENT = describe(APP)
PATHS = {
    template: re.sub("{[a-z_]+}", "5a3c0f1e-1111-5222-8333-444455556666", template).replace("{year}", "2026")
    for template in DOCUMENT["paths"]
}
KNOWN = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
each_path = pytest.mark.parametrize("template", PATHS)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """The gateway without any database: what it answers before it looks anything up."""
    transport = httpx.ASGITransport(APP, raise_app_exceptions=False)
    # Writing out what went wrong, a hundred times, would take longer than all the rest.
    with capture_logs():
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
            yield client


def wanted(template: str) -> set[str]:
    """The methods of a path by its description, and those that come with them."""
    declared = {method.upper() for method in DOCUMENT["paths"][template]}
    return declared | {"OPTIONS"} | ({"HEAD"} if "GET" in declared else set())


def listed(value: str) -> set[str]:
    """What a header lists."""
    return {one.strip() for one in value.split(",")}


@each_path
async def test_options_names_all_methods_of_a_path(http: httpx.AsyncClient, template: str) -> None:
    answer = await http.options(PATHS[template])

    assert (answer.status_code, answer.content) == (204, b"")
    assert listed(answer.headers["Allow"]) == wanted(template)


@each_path
async def test_a_page_of_any_origin_may_send_a_key_and_no_cookies(http: httpx.AsyncClient, template: str) -> None:
    for method in wanted(template) - {"OPTIONS"}:
        asked = {"Origin": "https://example.org", "Access-Control-Request-Method": method}
        asked |= {"Access-Control-Request-Headers": "authorization, content-type, idempotency-key, prefer"}

        answer = await http.options(PATHS[template], headers=asked)

        assert answer.status_code == 204
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert method in listed(answer.headers["Access-Control-Allow-Methods"])
        allowed = listed(answer.headers["Access-Control-Allow-Headers"].lower())
        assert {"authorization", "content-type", "idempotency-key", "prefer", "if-none-match"} <= allowed
        assert "Access-Control-Allow-Credentials" not in answer.headers


@each_path
async def test_other_methods_are_refused_and_told_which_are_allowed(http: httpx.AsyncClient, template: str) -> None:
    for method in KNOWN - wanted(template):
        answer = await http.request(method, PATHS[template])

        assert answer.status_code == 405, method
        assert listed(answer.headers["Allow"]) == wanted(template)
        assert answer.headers["Content-Type"] == "application/problem+json"


@each_path
async def test_pages_of_other_origins_may_read_every_answer_also_errors(http: httpx.AsyncClient, template: str) -> None:
    """Without a database some of these are 200, most 401 or 422, and some 500."""
    for method in wanted(template):
        answer = await http.request(method, PATHS[template])

        assert answer.headers.get_list("Access-Control-Allow-Origin") == ["*"], (method, answer.status_code)
        exposed = listed(answer.headers["Access-Control-Expose-Headers"])
        assert {"ETag", "Location", "Retry-After", "Preference-Applied", "Content-Language"} <= exposed


async def test_an_error_of_ours_may_be_read_from_elsewhere_and_what_is_not_there_too(http: httpx.AsyncClient) -> None:
    failed = await http.get("/v1/events")
    nothing = await http.get("/v1/nothing")

    assert (failed.status_code, failed.headers["Access-Control-Allow-Origin"]) == (500, "*")
    assert (nothing.status_code, nothing.headers["Access-Control-Allow-Origin"]) == (404, "*")
    assert (await http.options("/v1/nothing")).status_code == 404


async def test_head_of_what_never_ends_ends_at_once() -> None:
    ended: list[str] = []
    app = create_app(None)

    async def forever(request: Request) -> Response:
        async def parts() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b":\n\n"
                    await asyncio.sleep(0)
            finally:
                ended.append("told")

        return StreamingResponse(parts(), media_type="text/event-stream")

    app.router.add_route("/forever", forever)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
        answer = await client.head("/forever")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert ended == ["told"]


async def test_head_sends_one_empty_body_and_is_head_to_those_who_measure() -> None:
    sent: list[Message] = []
    scope = {
        "type": "http",
        "method": "HEAD",
        "path": "/v1/topics/",
        "root_path": "",
        "scheme": "http",
        "query_string": b"",
        "headers": [],
        "http_version": "1.1",
        "asgi": {"spec_version": "2.3"},
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await APP({**scope, "path": "/openapi.json"}, receive, send)

    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert not sent[1].get("body")
    assert int(dict(sent[0]["headers"])[b"content-length"]) > 10_000
