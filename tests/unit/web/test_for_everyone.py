"""Pages for everyone: with a keyboard, a screen reader, little sight, a small screen, and without other sites."""

import re
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise

import pytest

from services.web.calendar import pages
from services.web.common.language import languages, negotiate
from services.web.common.live import Live
from services.web.common.render import LIVE_SCRIPT, LIVE_SCRIPT_URL, STYLESHEET, STYLESHEET_URL, render
from shared.language import Language
from tests.unit.web.parsed import Page
from tests.unit.web.samples import NOW, event, item, view, weekly
from tests.unit.web.samples_members import every_members_page
from tests.unit.web.samples_office import charter_pages
from tests.unit.web.samples_referrals import public_pages

LIVE = Live("/v1/stream?topic=integration", "0123456789ab-7")
CSS = STYLESHEET.decode()
GROUNDS = ("--paper", "--surface", "--sunken")
PAIRS = [
    *((ink, ground) for ink in ("--ink", "--muted", "--link") for ground in GROUNDS),
    ("--band-ink", "--band"),
    ("--band-muted", "--band"),
    ("--band-muted", "--band-route"),
    ("--accent-ink", "--accent"),
    ("--action-ink", "--action"),
    ("--action-ink", "--link"),
    ("--alarm", "--alarm-ground"),
    ("--note", "--note-ground"),
    ("--note", "--surface"),
]


def every_page() -> Iterator[tuple[Language, Page]]:
    for language in languages():
        several = ({"name": "Meerane", "postal_codes": ["08393"]}, {"name": "Schönberg", "postal_codes": ["08393"]})
        filtered = view(
            item(),
            topics=("x",),
            organisers=("treff",),
            place="08393",
            words="Café",
            errors=("Fehler",),
            choices=several,
        )
        for html in (
            pages.render_list(view(item(), item(status="cancelled"), next_url="/?cursor=a"), language),
            pages.render_list(view(), language),
            pages.render_list(view(item(), live=LIVE), language),
            pages.render_list(filtered, language),
            pages.render_event(event(), language, now=NOW, calendar_url="/a.ics"),
            pages.render_event(event(), language, now=NOW, calendar_url="/a.ics", live=LIVE),
            pages.render_event(weekly(20), language, now=NOW, calendar_url="/a.ics"),
            *(render("problem.html", language, status=status, title="Titel", detail="") for status in (404, 410, 500)),
            *every_members_page(language),
            *charter_pages(language),
            *public_pages(language),
        ):
            yield language, Page(html)


def test_every_page_has_its_language_a_title_a_description_and_one_heading_above_all() -> None:
    for language, page in every_page():
        assert page.one("html").attributes["lang"] == language.code
        assert page.title.text
        assert page.one("meta", name="description").attributes["content"]
        assert page.one("h1").text
        levels = [int(element.name[1]) for element in page.elements if re.fullmatch(r"h[1-6]", element.name)]
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_page_has_landmarks_and_a_way_past_its_head() -> None:
    for _, page in every_page():
        main = page.one("main")
        skip = page.all("a")[0]
        assert skip.attributes["href"] == f"#{main.attributes['id']}"
        assert page.one("header", class_="site").path == page.one("footer", class_="site").path == ("html", "body")


def test_every_input_has_a_label_and_every_reference_a_target() -> None:
    for _, page in every_page():
        labels = {label.attributes.get("for") for label in page.all("label")}
        for field in (*page.all("input"), *page.all("select"), *page.all("textarea")):
            if field.attributes.get("type") == "hidden":
                continue
            assert "label" in field.path or field.attributes.get("id") in labels
        ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
        assert len(ids) == len(set(ids))
        for element in page.elements:
            for name in ("aria-labelledby", "aria-describedby", "list", "for"):
                assert element.attributes.get(name) in (None, *ids)


def test_every_link_and_button_has_a_text() -> None:
    for _, page in every_page():
        assert all(element.text for element in page.elements if element.name in ("a", "button", "summary"))


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs_but_the_script_that_keeps_a_page_up_to_date() -> None:
    for _, page in every_page():
        assert page.one("link", rel="stylesheet").attributes["href"] == STYLESHEET_URL
        assert not [element for element in page.elements if "style" in element.attributes]
        sources = [element.attributes["src"] for element in page.elements if "src" in element.attributes]
        is_live = any("data-stream" in element.attributes for element in page.elements)
        assert sources == ([LIVE_SCRIPT_URL] if is_live else [])
        inline = [script for script in page.all("script") if "src" not in script.attributes]
        assert all(script.attributes["type"] == "application/ld+json" for script in inline)
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_the_addresses_of_stylesheet_and_script_change_with_their_content() -> None:
    assert f"/static/style.css?v={sha256(STYLESHEET).hexdigest()[:12]}" == STYLESHEET_URL
    assert f"/static/live.js?v={sha256(LIVE_SCRIPT).hexdigest()[:12]}" == LIVE_SCRIPT_URL


def test_what_is_updated_is_told_to_those_who_do_not_see_it_and_the_filters_stay_as_they_are() -> None:
    shown = view(item(), live=LIVE, topics=("integration",))
    page = Page(pages.render_list(shown, negotiate("de")))
    assert page.one("p", role="status").text == ""
    (region,) = [element for element in page.elements if "data-stream" in element.attributes]
    assert region.attributes["data-stream"] == LIVE.stream_url
    assert region.attributes["data-last-event-id"] == LIVE.last_event_id
    assert region.attributes["data-updated"] == "Das Programm wurde aktualisiert."
    assert "Interkulturelles Café" in region.text
    assert "Anzeigen" not in region.text


def test_without_anything_to_listen_to_a_page_has_no_script() -> None:
    page = Page(pages.render_list(view(item()), negotiate("de")))
    assert page.all("script") == page.all("p", role="status") == []


def test_the_other_language_is_offered_in_its_own_words() -> None:
    for language, page in every_page():
        notes = {note.attributes["lang"]: note.text for note in page.all("p") if "lang" in note.attributes}
        assert language.code not in notes
        expected = {"de": "Deutsch: ", "en": "English: "}
        assert all(notes[code].startswith(start) for code, start in expected.items() if code != language.code)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(scheme: str, ink: str, ground: str) -> None:
    colours = _colours(scheme)
    assert _contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
def test_the_edges_of_fields_and_the_focus_stand_out(scheme: str, ground: str) -> None:
    colours = _colours(scheme)
    assert _contrast(colours["--edge"], colours[ground]) >= 3
    assert _contrast(colours["--link"], colours[ground]) >= 3


def test_every_colour_in_use_is_named() -> None:
    assert set(re.findall(r"var\((--[\w-]+)\)", CSS)) - {"--line", "--text", "--display"} <= _colours(
        "light"
    ).keys() | {"--shadow"}
    assert _colours("light").keys() == _colours("dark").keys()


def _colours(scheme: str) -> dict[str, str]:
    light, dark = CSS.split("@media (prefers-color-scheme: dark)")
    part = light if scheme == "light" else dark.split("\n}\n")[0]
    return dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", part))


def _contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
