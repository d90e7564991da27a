"""Forms act once, come from a page of ours in the same session, and signing in leads back to where one was."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request

from services.web.app import create_app
from services.web.client import Gateway
from services.web.common.forms import LARGEST, MOST_FIELDS, check_token, form_token, idempotency_key
from services.web.common.problems import SIGN_IN, PageError, is_of_office, sign_in_url
from services.web.context import Context
from services.web.settings import Settings
from tests.support.laws import examples
from tests.unit.web.fake_gateway import Asked, FakeGateway, document, gateway, problem

SITE = "https://bus.example"
SESSION = "bs_" + "s" * 43
TRUST = "/office/partners/treff/trust"
WAITING = {"events": 0, "applications": 0, "proposals": 0, "contributions": 0}
texts = st.one_of(st.text("ab=\n&", max_size=6), st.text(max_size=6))
fields = st.dictionaries(texts, st.lists(texts, min_size=1, max_size=3), max_size=3)
paths = st.lists(
    st.sampled_from(["/", "..", ".", "%2e", "%2E", "x", "?", "#", "\\", "@", ":", "//evil.example", "%5c", " ", "\t"])
).map("".join)


def office(asked: Asked) -> bytes | None:
    """The gateway for an office that is signed in: all is well."""
    if asked.method == "GET":
        return document(WAITING if asked.target == "/v1/office/waiting" else {"items": []})
    return document({"result": "changed"})


@asynccontextmanager
async def visiting(
    answer: Callable[[Asked], bytes | None] = office, session: str = SESSION
) -> AsyncIterator[tuple[httpx.AsyncClient, FakeGateway]]:
    """The pages in this process, over a gateway of the test's own, as a browser asks them."""
    async with gateway(answer) as fake:
        asks = Gateway(fake.url)
        app = create_app(Context(Settings(public_url=SITE, gateway_url=fake.url), asks))
        headers = {"Cookie": f"__Host-office={session}"} if session else {}
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=SITE, headers=headers) as browser:
            yield browser, fake
        await asks.close()


def filled(**changed: str) -> dict[str, str]:
    """A form as a page of this session shows it."""
    return {"csrf": form_token(SESSION), "form_key": "page", "trusted": "yes", **changed}


def keys(fake: FakeGateway) -> list[str]:
    return [one.headers["idempotency-key"] for one in fake.asked if one.method == "POST"]


def request(method: str, target: str, **headers: str) -> Request:
    path, _, query = target.partition("?")
    raw = [(name.encode(), value.encode("latin-1")) for name, value in {"host": "bus.example", **headers}.items()]
    scope = {"type": "http", "method": method, "scheme": "https", "path": path, "query_string": query.encode()}
    return Request({**scope, "headers": raw, "server": ("bus.example", 443)})


async def test_a_form_that_is_sent_twice_is_one_write_and_any_other_is_another() -> None:
    async with visiting() as (browser, fake):
        for form in (filled(), filled(), filled(trusted="no"), filled(form_key="another")):
            assert (await browser.post(TRUST, data=form)).status_code == 303
        await browser.post("/office/partners/chor/trust", data=filled())
        first, again, *others = keys(fake)
    assert first == again
    assert len({first, *others}) == 4


@given(fields, st.text(max_size=12), st.text(max_size=12))
def test_whatever_a_form_holds_its_key_is_the_same_in_any_order_and_session(
    form: dict[str, list[str]], one: str, other: str
) -> None:
    turned = dict(reversed(form.items()))
    assert idempotency_key({**form, "csrf": [one]}, "POST /x") == idempotency_key(
        {"csrf": [other], **turned}, "POST /x"
    )
    assert 1 <= len(idempotency_key(form, "POST /x")) <= 255


@given(fields, fields, texts, texts)
@example({"a": ["1\nb=2"]}, {"a": ["1"], "b": ["2"]}, "", "")
@example({"a": ["1"], "b": ["2"]}, {"b": ["2"]}, "", "\na=1")
@example({"a": ["1", "2"]}, {"a": ["1\na=2"]}, "", "")
def test_forms_have_the_same_key_only_where_they_say_the_same(
    form: dict[str, list[str]], other: dict[str, list[str]], path: str, elsewhere: str
) -> None:
    is_same = (form, path) == (other, elsewhere)
    assert (idempotency_key(form, path) == idempotency_key(other, elsewhere)) == is_same


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_form_is_of_one_session_alone(session: str, other: str) -> None:
    check_token({"csrf": [form_token(session)]}, session)
    if other != session:
        with pytest.raises(PageError):
            check_token({"csrf": [form_token(other)]}, session)


@given(st.text(max_size=70))
def test_no_form_is_taken_for_what_somebody_could_have_guessed(guess: str) -> None:
    several: list[dict[str, list[str]]] = [{"csrf": [guess]}, {"csrf": []}, {}]
    for sent in several:
        with pytest.raises(PageError) as raised:
            check_token(sent, SESSION)
        assert (raised.value.status, raised.value.code) == (403, "form-foreign")


@pytest.mark.parametrize("token", ["", "0" * 64, form_token("bs_other"), SESSION])
async def test_a_form_without_the_sessions_token_does_nothing_and_its_page_says_why(token: str) -> None:
    async with visiting() as (browser, fake):
        answer = await browser.post(TRUST, data=filled(csrf=token))
        assert answer.status_code == 403
        assert "bitte öffnen Sie die Seite neu" in answer.text
        assert fake.asked == []


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"csrf=x", {"Origin": "https://evil.example"}, 403),
        (b"csrf=x", {"Sec-Fetch-Site": "cross-site"}, 403),
        (b"csrf=x", {"Sec-Fetch-Site": "same-site", "Origin": SITE}, 403),
        (b"csrf=x", {"Origin": "null"}, 403),
        (b'{"csrf": "x"}', {"Content-Type": "application/json"}, 415),
        (b"csrf=x", {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        (b"csrf=x", {"Content-Type": "text/plain"}, 415),
        (b"a" * (LARGEST + 1), {}, 413),
        (b"&".join([b"a=1"] * (MOST_FIELDS + 1)), {}, 422),
        (b"csrf=\xff", {}, 422),
    ],
)
@pytest.mark.parametrize("path", [TRUST, SIGN_IN])
async def test_what_is_no_form_of_ours_reaches_no_gateway(
    path: str, content: bytes, headers: dict[str, str], status: int
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with visiting() as (browser, fake):
        answer = await browser.post(path, content=content, headers=form | headers)
        assert (answer.status_code, fake.asked) == (status, [])
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.headers["cache-control"] == "no-store"


async def test_without_a_session_no_form_is_taken_and_nothing_is_asked() -> None:
    async with visiting(session="") as (browser, fake):
        answer = await browser.post(TRUST, data=filled(), headers={"Referer": f"{SITE}/office/partners"})
        assert answer.headers["location"] == f"{SIGN_IN}?next=%2Foffice%2Fpartners"
        assert fake.asked == []


async def test_a_session_that_is_over_leads_to_signing_in_and_back() -> None:
    async with visiting(lambda _: problem("401 Unauthorized", "session-over")) as (browser, _):
        read = await browser.get("/office/all-members?status=active")
        assert (read.status_code, read.headers["location"]) == (
            303,
            f"{SIGN_IN}?{urlencode({'next': '/office/all-members?status=active'})}",
        )
        sent = await browser.post(TRUST, data=filled(), headers={"Referer": f"{SITE}/office/partners"})
        assert sent.headers["location"] == f"{SIGN_IN}?next=%2Foffice%2Fpartners"


@pytest.mark.parametrize(
    ("uid", "part"),
    [
        ("cafe 1", "cafe%201"),
        ("..", "%2E%2E"),
        ("../../chor", "..%2F..%2Fchor"),
        ("../../../people/6b1f0c9e", "..%2F..%2F..%2Fpeople%2F6b1f0c9e"),
        ("x?y#z", "x%3Fy%23z"),
    ],
)
async def test_whatever_an_organisation_calls_its_event_withdrawing_it_concerns_nothing_else(
    uid: str, part: str
) -> None:
    """A client would take ``/v1/office/partners/treff/events/..`` for the organisation itself."""

    def holds(asked: Asked) -> bytes | None:
        return document({"partner": "treff", "uid": uid}) if "/events/" in asked.target else office(asked)

    async with visiting(holds) as (browser, fake):
        form = filled(action="withdraw", version="1")
        answer = await browser.post("/office/events/6b1f0c9e-3333-4222-8333-444455556666", data=form)
        assert answer.status_code == 303
        assert fake.lines[-1] == f"DELETE /v1/office/partners/treff/events/{part}"


async def test_what_was_refused_is_never_told_as_done() -> None:
    def refuses(asked: Asked) -> bytes | None:
        return problem("409 Conflict", "stale") if asked.method == "POST" else office(asked)

    async with visiting(refuses) as (browser, _):
        answer = await browser.post(TRUST, data=filled())
        assert answer.status_code == 409
        assert "Das geht nicht: ist zu lang" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/office",
        "/office?done=published",
        "/office/all-members?status=active&q=a..b",
        "/office/meetings/6b1f0c9e-3333-4222-8333-444455556666/minutes.md",
        "/office/all-members?q=%2E%2E",
    ],
)
def test_signing_in_leads_back_to_any_page_of_the_office(path: str) -> None:
    assert is_of_office(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/members",
        "/officer",
        "//evil.example/office",
        "/\\evil.example",
        "/office\\..\\..\\evil",
        "https://evil.example/office",
        "javascript:alert(1)",
        "/office/../members",
        "/office/%2e%2e/members",
        "/office/.%2E/%2E./members",
        "/office/\t/evil.example",
        "/office/\n",
        "/office/sign-in?token=x",
        " /office",
    ],
)
def test_signing_in_leads_nowhere_else(path: str) -> None:
    assert not is_of_office(path)


@given(paths)
@examples(1_000)
@example("/%2E./members")
def test_whatever_may_be_led_back_to_is_on_this_site_and_below_the_office(tail: str) -> None:
    for path in (tail, f"/office{tail}", f"/office/{tail}"):
        if is_of_office(path):
            # Browsers take two dots for the folder above even where they are encoded (WHATWG URL, 4.4).
            meant = path.partition("?")[0].lower().replace("%2e", ".") + "?"
            led = urlsplit(urljoin(f"{SITE}{SIGN_IN}", meant.replace("\\", "/")))
            assert f"{led.scheme}://{led.netloc}" == SITE
            assert led.path == "/office" or led.path.startswith("/office/")


@given(st.sampled_from(["GET", "HEAD", "POST"]), st.text(max_size=20), st.text("a=&b%2F/?.ü", max_size=12))
def test_where_to_sign_in_is_one_address_whatever_was_asked_for(method: str, tail: str, query: str) -> None:
    quoted = quote(query)
    url = sign_in_url(
        request(method, f"/office/{tail.replace('?', '')}?{quoted}", referer=f"{SITE}/office/{quote(tail)}")
    )
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc, parts.path) == ("", "", SIGN_IN)
    assert all(is_of_office(back) for back in parse_qs(parts.query).get("next", []))


@pytest.mark.parametrize(
    ("referer", "url"),
    [
        (f"{SITE}/office/partners", f"{SIGN_IN}?next=%2Foffice%2Fpartners"),
        (f"{SITE}/office/partners?done=partner", f"{SIGN_IN}?next=%2Foffice%2Fpartners"),
        ("https://evil.example/office/x", f"{SIGN_IN}?next=%2Foffice%2Fx"),
        (f"{SITE}/office", SIGN_IN),
        (f"{SITE}/members", SIGN_IN),
        ("", SIGN_IN),
    ],
)
def test_from_a_form_one_is_led_back_to_the_page_on_which_it_stood(referer: str, url: str) -> None:
    assert sign_in_url(request("POST", "/office/partners/treff/trust", referer=referer)) == url


def begins(**session: Any) -> Callable[[Asked], bytes | None]:
    return lambda asked: (
        document({"token": SESSION, "role": "office", **session}, "201 Created")
        if asked.method == "POST"
        else b"HTTP/1.1 204 No Content\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("back", "location"),
    [
        ("/office/enter", "/office/enter"),
        ("", "/office"),
        ("//evil.example", "/office"),
        ("https://evil.example/office", "/office"),
        ("/office/%2e%2e/members", "/office"),
    ],
)
async def test_who_signs_in_gets_a_session_and_is_led_back_within_the_office(back: str, location: str) -> None:
    async with visiting(begins(), session="") as (browser, _):
        shown = await browser.get(SIGN_IN, params={"next": back, "token": "t"})
        assert ("evil" in shown.text, "%2e" in shown.text) == (False, False)
        answer = await browser.post(SIGN_IN, data={"token": "t", "next": back})
        assert (answer.status_code, answer.headers["location"]) == (303, location)
        assert answer.headers["set-cookie"].startswith(f"__Host-office={SESSION}; ")
