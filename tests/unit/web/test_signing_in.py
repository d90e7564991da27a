"""Signing in leads back to where one was, and nowhere but to the office's pages on this site."""

from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request

from services.web.common.forms import form_token
from services.web.common.problems import SIGN_IN, is_of_office, sign_in_url
from services.web.sessions import routes
from tests.support.laws import examples
from tests.unit.web.fake_gateway import SESSION, SITE, Answer, document, problem, visiting

PAGE = "/office/partners"
paths = st.lists(
    st.sampled_from(["/", "..", ".", "%2e", "%2E", "x", "?", "#", "\\", "@", ":", "//evil.example", "%5c", " ", "\t"])
).map("".join)


def request(method: str, target: str, **headers: str) -> Request:
    path, _, query = target.partition("?")
    raw = [(name.encode(), value.encode("latin-1")) for name, value in {"host": "bus.example", **headers}.items()]
    scope = {"type": "http", "method": method, "scheme": "https", "path": path, "query_string": query.encode()}
    return Request({**scope, "headers": raw, "server": ("bus.example", 443)})


async def test_a_session_that_is_over_leads_to_signing_in_and_back() -> None:
    async with visiting(lambda _: problem("401 Unauthorized", "session-over")) as (browser, _):
        read = await browser.get("/office/all-members?status=active")
        assert (read.status_code, read.headers["location"]) == (
            303,
            f"{SIGN_IN}?{urlencode({'next': '/office/all-members?status=active'})}",
        )
        form = {"csrf": form_token(SESSION), "trusted": "yes"}
        sent = await browser.post(f"{PAGE}/treff/trust", data=form, headers={"Referer": f"{SITE}{PAGE}"})
        assert sent.headers["location"] == f"{SIGN_IN}?next=%2Foffice%2Fpartners"


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
    target = f"/office/{tail.replace('?', '')}?{quote(query)}"
    url = sign_in_url(request(method, target, referer=f"{SITE}/office/{quote(tail)}"))
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


@pytest.mark.parametrize("session", ["ü", "a b", '"bs_\\012x"', "bs_" + "s" * 5_000, "bs_[]"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_can_be_no_session_leads_to_signing_in_and_is_asked_of_nobody(method: str, session: str) -> None:
    async with visiting(session=session) as (browser, fake):
        answer = await browser.request(method, PAGE, headers={"Referer": f"{SITE}{PAGE}"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{SIGN_IN}?next=%2Foffice%2Fpartners")
        assert fake.asked == []


def begins(role: str) -> Answer:
    """A gateway with a good link, or a good key."""
    begun = document({"token": SESSION, "role": role}, "201 Created")
    return lambda asked: begun if asked.method == "POST" else b"HTTP/1.1 204 No Content\r\n\r\n"


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
    async with visiting(begins("office"), session="") as (browser, _):
        shown = await browser.get(SIGN_IN, params={"next": back, "token": "t"})
        assert ("evil" in shown.text, "%2e" in shown.text) == (False, False)
        answer = await browser.post(SIGN_IN, data={"token": "t", "next": back})
        assert (answer.status_code, answer.headers["location"]) == (303, location)
        assert answer.headers["set-cookie"].startswith(f"__Host-office={SESSION}; ")


async def test_a_key_that_opens_no_pages_leaves_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "AFTER_FAILURE_S", 0)
    async with visiting(begins("organisation"), session="") as (browser, fake):
        answer = await browser.post(SIGN_IN, data={"key": "bb_x", "next": "/office/enter"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
        assert fake.lines == ["POST /v1/sessions", "DELETE /v1/sessions/current"]
        assert fake.asked[1].headers["authorization"] == f"Bearer {SESSION}"
        assert 'value="/office/enter"' in answer.text
