"""The page of a problem says what happened and where to go from there."""

import pytest

from services.gateway import pages
from services.gateway.common.http.language import negotiate
from tests.unit.pages.parsed import Page

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
    page = Page(pages.render_problem(int(status), "Titel", "", GERMAN))
    assert page.one("h1").text == "Titel"
    assert words in page.one("main").text


def test_what_was_said_is_shown() -> None:
    page = Page(pages.render_problem(404, "Titel", "Mehr dazu.", GERMAN))
    assert "Mehr dazu." in page.one("main").text
    assert "vertippt" not in page.one("main").text


def test_it_leads_back_to_the_events_and_into_no_search_engine() -> None:
    page = Page(pages.render_problem(422, "Titel", "", GERMAN))
    assert page.one("a", class_="button").attributes["href"] == "/"
    assert page.one("meta", name="robots").attributes["content"] == "noindex"
