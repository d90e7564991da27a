"""The page of a problem says what happened and where to go from there."""

import pytest

from services.web.common.language import negotiate
from services.web.common.render import render
from tests.unit.web.parsed import Page

GERMAN = negotiate("de")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "Vielleicht ist die Adresse vertippt"),
        (410, "Der Veranstalter hat diese Veranstaltung zurückgezogen"),
        (500, "Das liegt nicht an Ihnen"),
        (503, "Das liegt nicht an Ihnen"),
    ],
)
def test_what_happened_is_explained_where_nobody_said_more(status: str, words: str) -> None:
    page = Page(render("problem.html", GERMAN, status=int(status), title="Titel", detail=""))
    assert page.one("h1").text == "Titel"
    assert words in page.one("main").text


def test_what_was_said_is_shown() -> None:
    page = Page(render("problem.html", GERMAN, status=404, title="Titel", detail="Mehr dazu."))
    assert "Mehr dazu." in page.one("main").text
    assert "vertippt" not in page.one("main").text


def test_it_leads_back_to_the_events_and_into_no_search_engine() -> None:
    page = Page(render("problem.html", GERMAN, status=422, title="Titel", detail=""))
    assert page.one("a", class_="button").attributes["href"] == "/"
    assert page.one("meta", name="robots").attributes["content"] == "noindex"
