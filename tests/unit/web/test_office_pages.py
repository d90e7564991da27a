"""The office's pages are for everyone too, and nothing that an organisation writes can do anything to them."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from starlette.requests import Request
from starlette.responses import Response

from services.web.calendar import office_pages as office
from services.web.calendar.office_pages import FormView
from services.web.common import forms
from services.web.common.forms import Typed
from services.web.common.frame import Frame
from services.web.common.language import languages, negotiate
from services.web.common.visit import keep_session
from services.web.partners.office_pages import render_partners
from services.web.sessions.pages import render_sign_in
from services.web.settings import Settings
from shared.language import Language
from tests.support.laws import examples
from tests.unit.web.parsed import Page
from tests.unit.web.samples import event
from tests.unit.web.samples_office import office_pages
from tests.unit.web.samples_referrals import private_pages
from tests.unit.web.test_safety import documents, harmless

GERMAN = negotiate("de")
FRAME = Frame("t" * 64, "k" * 16, 3)
ROWS = [
    {"id": "treff", "name": "Treff", "trusted": trusted, "active": active, "waiting": 1, "events": 2}
    for trusted, active in ((True, True), (False, True), (None, True), (False, False))
]


def moderated(**changed: Any) -> dict[str, Any]:
    given = {"visibility": "waiting", "uid": "office-fest", "last_public": event(title="Vorher")}
    return event(**given | changed)


def every_page() -> Iterator[tuple[Language, Page]]:
    for language in languages():
        view = FormView(Typed(), {"treff": "Treff"}, "0" * 8)
        wrong = FormView(Typed({"title": "x"}), {}, "0" * 8, "id", {"date": "fehlt", "": "geht nicht"})
        for html in (
            office.render_events([moderated(), moderated(id="b")], "waiting", FRAME, "/office?cursor=a", language),
            office.render_events([], "refused", FRAME, None, language),
            *(
                office.render_event(moderated(visibility=visibility, refused_because=why), FRAME, language)
                for visibility, why in (("public", None), ("refused", "Grund"), ("withdrawn", None))
            ),
            render_partners(ROWS, Frame("t", "k", 0, problem="geht nicht"), language, error="fehlt"),
            office.render_form(view, Frame("t", "k", 0, done="entered"), language),
            office.render_form(wrong, FRAME, language),
            render_sign_in("token", language),
            render_sign_in("", language, "geht nicht"),
            render_sign_in("", language, is_own=True),
            *office_pages(language),
            *private_pages(language),
        ):
            yield language, Page(html)


def test_every_page_has_its_language_one_heading_above_all_and_is_not_to_be_found() -> None:
    for language, page in every_page():
        assert page.one("html").attributes["lang"] == language.code
        assert page.one("meta", name="robots").attributes["content"] == "noindex"
        assert page.one("h1").text
        levels = [int(element.name[1]) for element in page.elements if re.fullmatch(r"h[1-6]", element.name)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_field_has_a_label_and_what_is_wrong_with_it_is_told_with_it() -> None:
    for _, page in every_page():
        ids = [str(element.attributes["id"]) for element in page.elements if "id" in element.attributes]
        assert len(ids) == len(set(ids))
        labels = {label.attributes.get("for") for label in page.all("label")}
        for element in page.elements:
            if element.name in ("input", "select", "textarea") and element.attributes.get("type") != "hidden":
                assert "label" in element.path or element.attributes.get("id") in labels
            for name in ("aria-labelledby", "aria-describedby", "for"):
                assert set(str(element.attributes.get(name) or "").split()) <= set(ids)
        assert all(element.text for element in page.elements if element.name in ("a", "button", "legend"))


def test_every_form_of_someone_who_is_signed_in_says_of_which_session_it_is() -> None:
    for _, page in every_page():
        methods = [form.attributes["method"] for form in page.all("form")]
        assert set(methods) <= {"get", "post"}
        sent = [method for method in methods if method == "post"]  # what is asked by address holds no secret
        if page.all("nav", class_="office"):
            assert len(page.all("input", name="csrf")) == len(page.all("input", name="form_key")) == len(sent)


def test_nothing_runs_and_nothing_is_loaded_from_elsewhere() -> None:
    for _, page in every_page():
        assert not page.all("script")
        assert not [element for element in page.elements if {"src", "style"} & element.attributes.keys()]


def test_what_has_changed_is_said_in_words() -> None:
    before = event(title="Vorher", topics=["demokratie"], languages=["de"], cost=None)
    now = event(title="Nachher", topics=["demokratie", "integration"], starts_at="2026-12-04T16:00:00+01:00")
    found = {change.label: (change.before, change.now) for change in office.changes(before, now, GERMAN)}
    assert found["Titel"] == ("Vorher", "Nachher")
    assert found["Themen"] == ("Demokratie", "Demokratie, Integration")
    assert found["Wann"][0].startswith("Donnerstag, 3. Dezember")
    assert found["Sprachen"] == ("Deutsch", "Deutsch, Arabisch")
    assert found["Kosten"] == ("", "frei")
    assert office.changes(now, now, GERMAN) == []


@given(documents(), documents())
@examples(40)
def test_no_field_of_an_event_can_break_out_of_the_offices_pages(now: dict[str, Any], before: dict[str, Any]) -> None:
    document = now | {"last_public": before, "visibility": "refused", "refused_because": now["title"]}
    harmless(office.render_event(document, FRAME, GERMAN))
    harmless(office.render_events([document], "refused", FRAME, None, GERMAN))


@pytest.mark.parametrize(
    ("public_url", "name", "is_secure"),
    [("https://bus.example", "__Host-office", True), ("http://127.0.0.1:8000", "office", False)],
)
def test_over_tls_the_cookie_is_secure_and_of_this_host_alone(public_url: str, name: str, *, is_secure: bool) -> None:
    response = Response()
    keep_session(response, Settings(public_url=public_url), "secret")
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(f"{name}=secret; ")
    assert ("; Secure" in cookie) is is_secure
    assert "; HttpOnly" in cookie
    assert "; Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("headers", "is_from_here"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": "https://bus.example"}, False),
        ({"origin": "https://bus.example"}, True),
        ({"origin": "https://bus.example", "host": "internal:8000"}, True),
        ({"origin": "http://bus.example", "host": "internal:8000"}, False),
        ({"origin": "https://evil.example", "host": "bus.example"}, False),
        ({"origin": "null", "host": "bus.example"}, False),
        ({}, True),
    ],
)
def test_forms_of_other_sites_are_told_from_ours(headers: dict[str, str], *, is_from_here: bool) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    request = Request({"type": "http", "method": "POST", "headers": raw})
    assert forms.is_from_here(request, "https://bus.example") is is_from_here
