"""The report of the goals: what was set out, by what it is judged, where it stands, and how it was reviewed."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from services.web.common.language import negotiate
from services.web.goals.pages import indicator_chart, render_goals
from services.web.goals.report import goals_markdown
from shared.markdown import escaped
from tests.support.laws import examples
from tests.unit.web.parsed import Page
from tests.unit.web.samples_members import TODAY, goal, indicator, measure, review, tree
from tests.unit.web.test_safety import nasty

GERMAN = negotiate("de")
ENGLISH = negotiate("en")
REPORT = "https://buendnis.example/goals"
READER = MarkdownIt("gfm-like", {"linkify": False})


def page(document: dict[str, Any] | None = None) -> Page:
    return Page(render_goals(document or tree(), GERMAN, today=TODAY))


def text(document: dict[str, Any] | None = None) -> str:
    return goals_markdown(document or tree(), GERMAN, today=TODAY, page=REPORT)


def shown(markdown: str) -> Page:
    return Page(re.sub(r"<(br|hr) />", "", READER.render(markdown)))


def heading(page: Page, kind: str) -> list[str]:
    return [element.text for element in page.all(kind)]


def test_goals_stand_below_each_other_as_they_serve_each_other() -> None:
    found = page()
    assert heading(found, "h2") == ["Leitziel 1 Menschen begegnen einander"]
    assert heading(found, "h3") == ["Mittlerziel 1.1 Orte"]
    assert heading(found, "h4") == ["Maßnahme 1.1.1 Gemeinsames Programm"]
    assert heading(found, "h5") == ["Gemeinsame Veranstaltungen"]


def test_an_indicator_says_where_it_began_where_it_stands_and_what_is_to_be_reached() -> None:
    found = page()
    assert found.one("p", class_="progress").text == "48 Veranstaltungen noch 12 Veranstaltungen bis zum Zielwert"
    numbers = {term.text: value.text for term, value in zip(found.all("dt"), found.all("dd"), strict=True)}
    assert numbers == {
        "Ausgangswert": "12 Veranstaltungen",
        "Zielwert": "60 Veranstaltungen bis 31. Dezember 2027",
        "Frühere Zielwerte": "40 Veranstaltungen (bis 14. März 2026)",
    }
    assert "Gezählt aus dem, was eingetragen ist: Veranstaltungen, die stattfanden, Thema Integration" in str(
        [element.text for element in found.all("p", class_="hint")]
    )


def test_an_indicator_that_is_counted_from_requests_says_so() -> None:
    accepted = indicator(counted=None, referrals={"what": "accepted", "topic": "integration", "period": "year"})
    kept = indicator(id="treue", counted=None, referrals={"what": "promises-kept", "topic": None, "period": "ever"})
    found = page(tree(measure(indicators=[accepted, kept])))
    said = str([element.text for element in found.all("p", class_="hint")])
    assert "Anfragen, die Mitglieder angenommen haben, Thema Integration, im laufenden Kalenderjahr" in said
    assert "Anteil der Anfragen, die wie versprochen beantwortet wurden, insgesamt" in said


def test_the_numbers_of_a_picture_stand_in_a_table_too_the_latest_first() -> None:
    found = page()
    assert len(found.all("svg", role="img")) == 1
    rows = [row.text for row in found.all("tr")]
    assert rows == [
        "TagWertAnmerkung",
        "30. November 202648 Veranstaltungen–",
        "31. Dezember 202531 Veranstaltungenmit dem Sommerfest",
        "30. Juni 202514 Veranstaltungen–",
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"value": 60.0}, "Zielwert erreicht"),
        ({"value": 61.5}, "Zielwert erreicht"),
        ({"value": 59.5}, "noch 0,5\u00a0Tage bis zum Zielwert"),
        ({"value": 14.0, "baseline": 20.0, "target": 5.0}, "noch 9\u00a0Tage über dem Zielwert"),
        ({"value": 4.0, "baseline": 20.0, "target": 5.0}, "Zielwert erreicht"),
        ({"value": 4.0, "baseline": None, "target": 5.0}, "noch 1\u00a0Tage bis zum Zielwert"),
        ({"value": None, "values": []}, "noch nicht gemessen"),
    ],
)
def test_how_far_it_is_depends_on_whether_the_numbers_are_to_rise_or_to_fall(
    changed: dict[str, Any], said: str
) -> None:
    found = page(tree(measure(indicators=[indicator(unit="Tage", **changed)])))
    (progress,) = [p for p in found.all("p") if str(p.attributes.get("class")).startswith("progress")]
    assert progress.text.endswith(said.replace("\u00a0", " "))
    assert ("is-reached" in str(progress.attributes["class"])) is (said == "Zielwert erreicht")


def test_the_latest_review_stands_open_with_its_reasons_and_what_it_changed() -> None:
    reviews = [item.text for item in page().all("li") if str(item.attributes.get("class")).startswith("review ")]
    assert reviews[0] == (
        "Auf gutem Weg Bewertung vom 14. März 2026 Mehr Mitglieder laden ein als gedacht.Das soll so weitergehen."
        " Gemeinsame Veranstaltungen: Zielwert 60 Veranstaltungen statt 40 Veranstaltungen bis 31. Dezember 2027"
    )
    assert reviews[1].startswith("Gefährdet Bewertung vom 14. März 2025 Zu wenige.")
    assert page().all("summary")[-1].text.startswith("1 frühere Bewertung")


def test_targets_reached_are_counted_but_not_those_of_goals_that_were_given_up() -> None:
    reached = measure(id="a", indicators=[indicator(value=70.0)])
    given_up = measure(id="b", status="retired", retired_because="Das Geld fehlt.", indicators=[indicator()])
    found = page(tree(goal(children=[reached, measure(id="c"), given_up])))
    assert "Erreichte Zielwerte: 1 von 2" in found.one("p", class_="as-of").text
    assert "Nicht mehr verfolgt. Das Geld fehlt." in [notice.text for notice in found.all("div", class_="notice")]


def test_without_goals_the_report_says_so() -> None:
    assert page({"items": []}).one("h2").text == "Das Bündnis hat sich noch keine Ziele gesetzt."
    assert "noch keine Ziele" in text({"items": []})


def test_what_is_not_pursued_any_more_can_be_asked_for_where_there_is_something() -> None:
    def links(document: dict[str, Any]) -> list[Any]:
        return page(document).all("a", href="/goals?status=all")

    assert links({**tree(), "has_more": True})
    assert not links(tree())


def test_the_chart_of_an_indicator_is_found_by_its_id() -> None:
    assert "Gemeinsame Veranstaltungen" in str(indicator_chart(measure(), "veranstaltungen", GERMAN))
    assert indicator_chart(measure(), "unbekannt", GERMAN) is None


def test_the_report_is_there_as_markdown_with_the_same_words() -> None:
    found = shown(text())
    assert heading(found, "h1") == ["Ziele des Bündnisses"]
    assert heading(found, "h2") == ["Leitziel 1: Menschen begegnen einander"]
    assert heading(found, "h4") == ["Maßnahme 1.1.1: Gemeinsames Programm"]
    assert [cell.text for cell in found.all("td")] == [
        "Gemeinsame Veranstaltungen",
        "12 Veranstaltungen",
        "60 Veranstaltungen",
        "31. Dezember 2027",
        "48 Veranstaltungen (noch 12 Veranstaltungen bis zum Zielwert)",
    ]
    assert "Bewertung vom 14. März 2026: Auf gutem Weg" in heading(found, "strong")
    assert found.one("li").text.startswith("Gemeinsame Veranstaltungen: Zielwert 60")
    assert found.one("a").attributes["href"] == REPORT
    assert "Verantwortlich: Interkultureller Treff e. V." in [paragraph.text for paragraph in found.all("p")]


def test_the_report_speaks_the_language_of_the_reader() -> None:
    document = tree()
    assert "Guiding goal" in render_goals(document, ENGLISH, today=TODAY)
    assert "## Guiding goal 1: " in goals_markdown(document, ENGLISH, today=TODAY, page=REPORT)


@pytest.mark.parametrize(
    "line",
    [
        "*fett* _kursiv_ `Code` ~~weg~~",
        "# Titel #",
        "#",
        "1. erstens",
        "12) zwölftens",
        "- Punkt",
        "+ Punkt",
        "=====",
        "-----",
        "> Zitat",
        "[Text](https://example.org) ![Bild](x.png) [x]: /y",
        "<b>fett</b> <https://example.org> <!-- -->",
        "a | b",
        "&lt; &amp; & AT&T &#60; R&D;",
        "ende\\",
        "\\*",
    ],
)
def test_what_would_be_markup_stands_there_as_it_was_written(line: str) -> None:
    assert shown(escaped(line)).one("p").text == line
    assert [element.name for element in shown(escaped(line)).elements] == ["p"]


@given(nasty | st.text())
@examples(300)
def test_no_line_of_text_becomes_markup(line: str) -> None:
    written = escaped(line)
    assert "\n" not in written
    found = shown(written)
    assert [element.name for element in found.elements] in ([], ["p"])
    # Markdown shows NUL as the sign for what cannot be shown.
    assert "".join(element.text for element in found.elements) == " ".join(line.replace("\0", "\ufffd").split())


@given(nasty, nasty, nasty)
@examples(60)
def test_no_text_of_a_goal_changes_the_form_of_the_report(title: str, words: str, note: str) -> None:
    def form(title: str, words: str, note: str) -> list[str]:
        of_indicator = indicator(title=title, unit=note, values=[{"on": "2026-01-01", "value": 1, "note": note}] * 2)
        of_review = review(reasons=words)
        document = tree(
            measure(
                title=title,
                text=words,
                responsible=[{"id": "treff", "name": title}],
                indicators=[of_indicator],
                reviews=[of_review],
            )
        )
        return [element.name for element in shown(text(document)).elements if element.name != "p"]

    assert form(title, words, note) == form("Titel", "Worte", "Anmerkung")
