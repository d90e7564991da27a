"""Papers and minutes are read as their writers meant them, and nothing in them becomes markup of its own."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.common.markdown import markdown
from tests.support.laws import examples
from tests.unit.web.parsed import Page
from tests.unit.web.test_safety import nasty

KNOWN = {"h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "hr", "br", "strong", "em", "a"}
marks = st.sampled_from(
    [
        *("# ", "### ", "- ", "1. ", "7) ", "> ", "---", "**", "*", "_", "\n", "\n\n", "  \n", "\\", "[", "](", ")"),
        *("[a](https://a.example/b)", "[a](javascript:alert(1))", "[x] ", "<b>", "https://a.example/_b_*c*"),
    ]
)
texts = st.lists(st.one_of(marks, nasty, st.text(max_size=6)), max_size=12).map("".join)


def shown(text: str, **more: str) -> Page:
    return Page(str(markdown(text, level=2, **more)))


def names(text: str) -> list[str]:
    return [element.name for element in shown(text).elements]


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("Ein Satz.\nUnd noch einer.\n\nEin Absatz.", ["p", "p"]),
        ("# Titel\nText", ["h2", "p"]),
        ("1. Erstens\n2. Zweitens\n   geht weiter", ["ol", "li", "li"]),
        ("- a\n- b\n\n1. c", ["ul", "li", "li", "ol", "li"]),
        ("Davor:\n- a", ["p", "ul", "li"]),
        ("Im Jahr\n1990. war alles anders.", ["p"]),
        ("> Zitat\n> zwei\n\n---", ["blockquote", "p", "hr"]),
        ("eins  \nzwei\\\ndrei", ["p", "br", "br"]),
        ("**fett** und *schräg* und _auch_", ["p", "strong", "em", "em"]),
        ("2 * 3 * 4 und a_b_c und 5*6", ["p"]),
        ("[hier](https://a.example) und https://b.example/_x_", ["p", "a", "a"]),
        ("[hier](javascript:alert(1))", ["p"]),
        ("<b>fett</b> <script>alert(1)</script>", ["p"]),
        ("", []),
    ],
)
def test_what_offices_write_is_shown_as_it_is_meant(text: str, elements: list[str]) -> None:
    assert names(text) == elements


def test_words_stay_as_they_are_where_they_are_no_marks() -> None:
    (paragraph,) = shown(r"\*Kein\* Zeichen, <b> & [x](y)").all("p")
    assert paragraph.text == "*Kein* Zeichen, <b> & [x](y)"
    assert shown("- [ ] offen\n- [x] getan").one("ul").text == "☐ offen ☑ getan"
    assert shown("3. drei").one("ol").attributes["start"] == "3"


def test_a_heading_that_repeats_the_title_of_the_page_is_left_out() -> None:
    assert names("# Leitbild\n\nWir.") == ["h2", "p"]
    assert [element.name for element in shown("# Leitbild\n\nWir.", title="Leitbild, 2. Fassung").elements] == ["p"]


@given(texts)
@examples(200)
def test_no_text_becomes_other_markup_or_skips_a_level_of_headings(text: str) -> None:
    page = shown(text)
    assert {element.name for element in page.elements} <= KNOWN
    for element in page.elements:
        assert set(element.attributes) <= {"dir", "href", "rel", "start"}
        assert str(element.attributes.get("href", "https://x")).startswith(("https://", "http://", "HTTP", "Http"))
    levels = [
        1,
        *(int(element.name[1]) for element in page.elements if element.name in KNOWN & {*map("h{}".format, range(7))}),
    ]
    assert all(after - before <= 1 for before, after in pairwise(levels))
