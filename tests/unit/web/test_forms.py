"""A form acts once, and only where it was sent from a page of ours in the same session."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.web.common.forms import LARGEST, MOST_FIELDS, check_token, form_token, idempotency_key
from services.web.common.problems import SIGN_IN, PageError
from tests.unit.web.fake_gateway import SESSION, SITE, Asked, FakeGateway, document, office, problem, visiting

TRUST = "/office/partners/treff/trust"
texts = st.one_of(st.text("ab=\n&", max_size=6), st.text(max_size=6))
fields = st.dictionaries(texts, st.lists(texts, min_size=1, max_size=3), max_size=3)


def filled(**changed: str) -> dict[str, str]:
    """A form as a page of this session shows it."""
    return {"csrf": form_token(SESSION), "form_key": "page", "trusted": "yes", **changed}


def keys(fake: FakeGateway) -> list[str]:
    return [one.headers["idempotency-key"] for one in fake.asked if one.method == "POST"]


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
    key = idempotency_key({**form, "csrf": [one]}, "POST /x")
    assert key == idempotency_key({"csrf": [other], **turned}, "POST /x")
    assert 1 <= len(key) <= 255


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


@pytest.mark.parametrize(
    ("typed", "sent"), [("2026", 2026), ("", 0), ("bald", 0), ("²", 0), ("9" * 20, 0), ("9" * 5_000, 0)]
)
async def test_a_year_that_is_none_is_for_the_gateway_to_refuse(typed: str, sent: int) -> None:
    async with visiting() as (browser, fake):
        form = filled(action="thank", year=typed, text="Danke")
        assert (await browser.post("/office/members/treff", data=form)).status_code == 303
        assert fake.asked[-1].body == f'{{"year":{sent},"text":"Danke"}}'.encode()


async def test_what_was_refused_is_never_told_as_done() -> None:
    def refuses(asked: Asked) -> bytes | None:
        return problem("409 Conflict", "stale") if asked.method == "POST" else office(asked)

    async with visiting(refuses) as (browser, _):
        answer = await browser.post(TRUST, data=filled())
        assert answer.status_code == 409
        assert "Das geht nicht: ist zu lang" in answer.text
