"""What partners and readers write can do nothing to a page."""

import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.calendar import pages
from services.web.calendar.listing import Counted
from services.web.common.language import negotiate
from services.web.common.live import Live
from services.web.common.plain_text import paragraphs
from services.web.common.render import LIVE_SCRIPT_URL, render
from services.web.goals import pages as goals
from services.web.members import pages as members
from services.web.members import years
from tests.support.laws import examples
from tests.unit.web import samples_members
from tests.unit.web.parsed import Page
from tests.unit.web.samples import EVENT, NOW, PLACE, event, item, occurrence, view

GERMAN = negotiate("de")
LINK = re.compile(
    r"https?://[^/]|/(?![/\\])|data:image/svg\+xml,|#content$|#goal-|mailto:[^?&:<>\"'\s]+$|tel:[0-9+%A-F]*$"
)

LIVE = {"type": "module", "src": LIVE_SCRIPT_URL}

pieces = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "</script><script>",
        "<!--",
        "]]>",
        '" onmouseover="x',
        "' onfocus='x",
        "javascript:alert(1)",
        "&amp;",
        "&lt;",
        "{{ 7*7 }}",
        "{% raw %}",
        "{0}",
        "%(x)s",
        "http://a.b/<b>",
        "https://a.b/\"'><i>",
        "https://",
        "\u2028",
        "\u202e",
        "\n\n",
        "</title>",
        "</style>",
        "\x00",
    ]
)
nasty = st.lists(st.one_of(pieces, st.text(min_size=1, max_size=8)), min_size=1, max_size=4).map("".join)
words = st.lists(nasty, min_size=1, max_size=3)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Events whose every text is nasty, those that a contract would refuse included."""
    named = ("name", "street", "postal_code", "municipality", "ags", "online_url")
    place = {**PLACE, **{name: draw(nasty) for name in named}}
    lines = ("title", "description", "cost", "url", "image_url", "registration_url", "series", "uid")
    lists = ("topics", "target_groups", "languages", "accessibility")
    document = event(
        **{name: draw(nasty) for name in lines},
        **{name: draw(words) for name in lists},
        place=place,
        organisers=[{"id": draw(nasty), "name": draw(nasty)}],
        status=draw(st.sampled_from(["scheduled", "cancelled", "postponed", "rescheduled", "moved-online"])),
        changed=["starts_at", "place"],
        previous={"starts_at": "2026-12-01T10:00:00+01:00", "status": "scheduled", "place": {"name": draw(nasty)}},
        recurrence=draw(st.sampled_from([None, {"rrule": "FREQ=DAILY"}])),
    )
    own = {"title": draw(nasty), "description": draw(nasty), "place": place}
    return {**document, "occurrences": [occurrence(document, **own)]}


def harmless(html: str) -> None:
    """No element, attribute or address that the templates do not have."""
    page = Page(html)
    assert len(page.all("html")) == len(page.all("h1")) == 1
    assert page.title
    for element in page.elements:
        assert element.name not in ("i", "b", "img", "iframe", "object", "style", "base")
        assert not [name for name in element.attributes if name.startswith("on") or name in ("style", "srcdoc")]
        for name in ("href", "src", "action"):
            if address := element.attributes.get(name):
                assert LINK.match(address), address
    for script in page.all("script"):
        assert script.attributes in (LIVE, {"type": "application/ld+json"})
        if script.attributes == LIVE:
            assert not script.text
            continue
        assert "<" not in "".join(script.texts)
        json.loads("".join(script.texts))


@given(documents())
@examples(60)
def test_no_field_of_an_event_can_break_out_of_its_page(document: dict[str, Any]) -> None:
    live_updates = Live(f"/v1/stream?{urlencode({'organiser': document['organisers'][0]['id']})}", "a-1")
    harmless(pages.render_event(document, GERMAN, now=NOW, calendar_url=f"/v1/events/{EVENT}.ics", live=live_updates))


@given(documents(), nasty)
@examples(60)
def test_no_field_of_an_event_and_no_filter_can_break_out_of_the_list(document: dict[str, Any], typed: str) -> None:
    filtered = view(
        {**document, "recurrence_id": None},
        topics=(typed,),
        place=typed,
        words=typed,
        date_from=typed,
        date_to=typed,
        municipalities=(Counted(typed, typed, 1),),
        choices=({"name": typed, "postal_codes": [typed]},),
        topic_counts={typed: 3},
        organisers=(typed,),
        errors=(typed,),
        live=Live(f"/v1/stream?topic={typed}", typed),
    )
    html = pages.render_list(filtered, GERMAN)
    harmless(html)


@given(nasty, nasty)
@examples(40)
def test_no_text_of_a_problem_can_break_out_of_its_page(title: str, detail: str) -> None:
    harmless(render("problem.html", GERMAN, status=404, title=title, detail=detail))


@given(documents())
@examples(40)
def test_the_data_for_search_engines_says_what_the_document_says(document: dict[str, Any]) -> None:
    html = pages.render_event(document, GERMAN, now=NOW, calendar_url="/x.ics")
    data = json.loads("".join(Page(html).one("script", type="application/ld+json").texts))
    assert data["@context"] == "https://schema.org/"
    own = None if document["recurrence"] else document["occurrences"][0]["title"]
    assert data["name"] == (own or document["title"])


def test_markup_is_shown_as_text() -> None:
    html = pages.render_list(view(item(title="<b>Fett</b> & mehr")), GERMAN)
    assert Page(html).one("h3").text == "<b>Fett</b> & mehr"


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Siehe https://example.org/a.", ["https://example.org/a"]),
        ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
        ("http://a.example, https://b.example!", ["http://a.example", "https://b.example"]),
        ("https://example.org/?a=1&b=2", ["https://example.org/?a=1&b=2"]),
        ("javascript:alert(1) ftp://example.org www.example.org", []),
        ("https://", []),
        ("https://' und https://…", []),
    ],
)
def test_web_addresses_in_a_description_become_links_that_vouch_for_nothing(text: str, links: list[str]) -> None:
    found = Page("".join(paragraphs(text))).all("a")
    assert [link.attributes["href"] for link in found] == links
    assert all("nofollow" in str(link.attributes["rel"]) for link in found)


@given(nasty)
def test_a_description_reads_as_it_was_written(text: str) -> None:
    html = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs(text))
    shown = "".join(element.text for element in Page(html).all("p"))
    for word in text.replace("\x00", " ").split():
        if "://" not in word:
            assert "".join(word.split()) in "".join(shown.split())


@st.composite
def members_documents(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A member, its year and a goal, whose every text is nasty."""
    said = [samples_members.because(draw(nasty), draw(nasty), until=draw(nasty))]
    thanks = draw(nasty)
    member = samples_members.organisation(
        **{name: draw(nasty) for name in ("id", "name", "description", "url")},
        **{name: draw(words) for name in ("topics", "kinds", "languages")},
        areas={"municipalities": [draw(nasty)], "districts": [draw(nasty)]},
        activity={"status": "active", "as_of": "2026-12-02", "because": said, "unless": said, "until": None},
        thanks=[{"year": 2026, "text": thanks}],
    )
    row = {"id": draw(nasty), "title": draw(nasty), "on": "2026-03-05", "first": "2026-03-05", "times": 2}
    events = {"events": 1, "times": 2, "municipalities": draw(words), "topics": draw(words), "items": [row]}
    year = samples_members.year(
        organisation={"id": draw(nasty), "name": draw(nasty)},
        meetings=[row | {"kind": draw(nasty), "presence": "online"}],
        contributions=[row | {"kind": draw(nasty)}],
        events=events,
        thanks=thanks,
    )
    goal = samples_members.measure(
        **{name: draw(nasty) for name in ("key", "level", "title", "text", "retired_because")},
        status=draw(st.sampled_from(["open", "retired"])),
        responsible=[{"id": draw(nasty), "name": draw(nasty)}],
        indicators=[
            samples_members.indicator(
                title=draw(nasty),
                unit=draw(nasty),
                counted={"what": draw(nasty), "topic": draw(nasty), "period": "ever"},
            )
        ],
        reviews=[samples_members.review(judgement="missed", reasons=draw(nasty))],
    )
    return member, year, goal


@given(members_documents(), nasty)
@examples(60)
def test_no_text_about_members_can_break_out_of_its_page(
    documents: tuple[dict[str, Any], dict[str, Any], dict[str, Any]], typed: str
) -> None:
    fact, year, goal = documents
    member = samples_members.shown(fact)
    today = samples_members.TODAY
    filters = members.Filters((typed,), typed, (typed,), [{"name": typed, "postal_codes": [typed]}])
    harmless(members.render_members([member], filters, GERMAN, today=today, following=typed))
    harmless(members.render_member(member, GERMAN, today=today))
    harmless(years.render_year(year, GERMAN, today=today))
    harmless(goals.render_goals({"items": [goal]}, GERMAN, today=today))
