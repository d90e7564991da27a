"""What people type becomes words and phrases; what events say becomes words by weight."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.calendar.search import Found, Term, query, terms, words_of
from shared.vocabulary import vocabulary
from tests.unit.web.samples import event, occurrence


def word(text: str) -> Term:
    return Term(text, is_phrase=False)


def phrase(text: str) -> Term:
    return Term(text, is_phrase=True)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("  ", []),
        ("!!! --- ***", []),
        ("Café", [word("Cafe")]),
        ("Mülsen", [word("Mülsen")]),
        ("Mu\u0308lsen", [word("Mülsen")]),
        ("Garten Garten", [word("Garten")]),
        ("Limbach-Oberfrohna", [word("Limbach"), word("Oberfrohna")]),
        ('"Haus der Begegnung" Fest', [phrase("Haus der Begegnung"), word("Fest")]),
        ("„Haus der Begegnung“", [phrase("Haus der Begegnung")]),
        ("«Haus der Begegnung»", [phrase("Haus der Begegnung")]),
        ('"Haus"', [word("Haus")]),
        ('"Haus der', [word("Haus"), word("der")]),
        ('""', []),
        ("a:* & !b | 'c", [word("a"), word("b"), word("c")]),
    ],
)
def test_what_is_typed_becomes_words_and_phrases(typed: str, found: list[Term]) -> None:
    assert list(terms(typed)) == found


@given(st.text())
def test_whatever_is_typed_only_letters_and_digits_are_left(typed: str) -> None:
    assert all(re.fullmatch(r"[^\W_]+( [^\W_]+)*", term.text) for term in terms(typed))


def test_a_query_asks_for_all_terms_in_any_of_their_forms() -> None:
    found = [
        Found(word("Hilfe"), [("hilf", 1)], ["fluchtlingshilf"]),
        Found(word("und"), [], []),
        Found(word("ab"), [("ab", 1)], []),
        Found(phrase("Haus der Begegnung"), [("begegn", 3), ("haus", 1)], []),
    ]
    assert query(found) == "('hilf':* | 'fluchtlingshilf') & ('ab') & ('haus' <2> 'begegn')"


def test_without_a_word_that_means_something_nothing_is_asked_for() -> None:
    assert query([Found(word("und"), [], [])]) is None
    assert query([]) is None


@given(st.lists(st.tuples(st.text(min_size=1), st.lists(st.text(min_size=1), max_size=2)), min_size=1, max_size=3))
def test_no_stem_can_break_out_of_its_quotes(stems: list[tuple[str, list[str]]]) -> None:
    text = query([Found(word("x"), [(stem, 1)], alike) for stem, alike in stems])
    assert text is not None
    assert re.fullmatch(r"(\((('(''|\\\\|[^'\\])+'(:\*)?)( \| )?)+\)( & )?)+", text, re.DOTALL)


def test_an_event_is_found_by_title_labels_and_description() -> None:
    words = words_of(event(series="Woche gegen Rassismus", topics=["flucht-und-asyl"]), vocabulary())
    assert list(words) == [""]
    assert words[""].title == "Interkulturelles Cafe"
    for label in ("Flucht", "Asyl", "familien", "Interkultureller", "Gasometer", "08056", "Zwickau", "Rassismus"):
        assert label in words[""].labels.split()
    assert words[""].description == "Kaffee und Gespräche"


def test_an_address_that_is_held_back_is_no_word_since_the_fact_does_not_have_it() -> None:
    held_back = {"postal_code": "08056", "municipality": "Zwickau", "visibility": "area", "name": None, "street": None}
    assert "Biergasse" not in words_of(event(place=held_back), vocabulary())[""].labels


def test_an_occurrence_with_words_of_its_own_is_found_by_those_instead() -> None:
    document = event()
    document["occurrences"] = [
        occurrence(document, occurrence_id="a"),
        occurrence(document, occurrence_id="b", title="Zauberberg", place={"municipality": "Werdau"}),
    ]
    words = words_of(document, vocabulary())
    assert sorted(words) == ["", "b"]
    assert words["b"].title == "Zauberberg"
    assert "Werdau" in words["b"].labels
    assert "Gasometer" not in words["b"].labels
    assert words["b"].description == words[""].description
