"""Asking for help, how a request stands, and the answers to it, as pages; nothing that is written can break out."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web.common.forms import Typed, form_token
from services.web.common.language import negotiate
from services.web.common.problems import OWN_SIGN_IN
from services.web.referrals import (
    asking,
    asking_pages,
    concern_pages,
    figure_pages,
    office_pages,
    own_pages,
    pages,
    white_spot_pages,
)
from services.web.referrals.asking_pages import Asking
from services.web.referrals.office_pages import Wanted
from services.web.referrals.pages import Sent
from shared.places import places
from tests.support.laws import examples
from tests.unit.web import samples_referrals as samples
from tests.unit.web.fake_gateway import SESSION, SITE, WAITING, Answer, Asked, document, visiting
from tests.unit.web.parsed import Page
from tests.unit.web.samples_referrals import FRAME, MODERATORS, asked, detail, person, status
from tests.unit.web.test_safety import harmless, nasty

GERMAN = negotiate("de")
SIGNED = {"csrf": form_token(SESSION), "form_key": "page"}
CONTACT = ("renate@example.org", "0375", "Renate")


def status_page(**changed: Any) -> Page:
    return Page(pages.render_status(status(GERMAN, person(), **changed), "/referrals/abc", GERMAN, key="k"))


def answer_page(**changed: Any) -> Page:
    return Page(pages.render_answer(asked(GERMAN, person(), **changed), "/answers/def", GERMAN, key="k"))


def gateway(*answers: bytes, **found: Any) -> Answer:
    """A gateway that finds these documents by the last part of their path, and answers writes in turn."""
    left = list(answers)

    def answer(one: Asked) -> bytes | None:
        if one.method != "GET":
            return left.pop(0) if len(left) > 1 else left[0]
        path = urlsplit(one.target).path
        if path == "/v1/office/waiting":
            return document(WAITING)
        return document(found.get(path.rpartition("/")[2], {"items": [], "next": None}))

    return answer


def refusal(*fields: str, status: str = "422 Unprocessable Content") -> bytes:
    errors = [{"field": field, "code": "x", "detail": f"{field} fehlt"} for field in fields]
    return document({"title": "Das geht nicht", "errors": errors}, status)


def test_the_first_steps_stand_in_the_address_and_nothing_else_ever_does() -> None:
    form = Typed(
        {"kind": "seek-help", "place": "08056 Zwickau", "message": "geheim", "email": CONTACT[0], "phone": CONTACT[1]},
        {"topics": ("integration", "demokratie"), "languages": ("ar",)},
    )
    address = urlsplit(asking.step_url(form, asking.TOPICS))
    assert parse_qs(address.query) == {
        "kind": ["seek-help"],
        "place": ["08056 Zwickau"],
        "topic": ["integration", "demokratie"],
        "step": ["2"],
    }


@pytest.mark.parametrize(
    ("step", "place", "meant"),
    [
        ("", "", 1),
        ("2", " ", 1),
        ("3", "", 1),
        ("", "Zwickau", 3),
        ("1", "Zwickau", 1),
        ("2", "Zwickau", 2),
        ("9", "x", 3),
    ],
)
def test_a_step_is_the_one_that_is_named_or_as_far_as_was_said(step: str, place: str, meant: int) -> None:
    assert asking.step_asked(step, place) == meant


def test_a_place_that_is_named_by_its_key_is_shown_by_its_name() -> None:
    assert [asking.begun("", place, ())["place"] for place in ("14524330", "14999999", " 08056 ")] == [
        "Zwickau",
        "14999999",
        "08056",
    ]


def test_each_step_leads_back_to_the_one_before_with_all_that_was_said() -> None:
    form = asking.begun("question", "Zwickau", ("integration",))
    for step, before in ((asking.TOPICS, "1"), (asking.REACH, "2")):
        page = Page(asking_pages.render_step(Asking(step, form), GERMAN, key="k"))
        links = [urlsplit(str(link.attributes["href"])) for link in page.all("a") if "main" in link.path]
        [back] = [parse_qs(link.query) for link in links if link.path == "/help/ask"]
        assert back == {"kind": ["question"], "place": ["Zwickau"], "topic": ["integration"], "step": [before]}


def test_the_day_for_which_a_moderator_is_looked_for_comes_along_and_nothing_else_that_is_no_day() -> None:
    form = asking.begun("moderator", "Zwickau", (), "2027-01-21")
    page = Page(asking_pages.render_step(Asking(asking.TOPICS, form), GERMAN, key="k"))
    assert page.one("input", name="on").attributes["value"] == "2027-01-21"
    for step in (asking.WHERE, asking.REACH):
        assert "2027-01-21" in asking_pages.render_step(Asking(step, form), GERMAN, key="k")
        assert asking.step_url(form, step).endswith(f"&on=2027-01-21&step={step}")
    for kind, day in (("question", "2027-01-21"), ("moderator", "2027-02-30"), ("moderator", "0001-01-01")):
        assert asking.begun(kind, "Zwickau", (), day)["occasion_on"] == ""


def test_of_moderators_it_is_said_how_near_they_are_and_there_is_no_page_of_them() -> None:
    form = asking.begun("moderator", "Zwickau", ())
    page = Page(asking_pages.render_step(Asking(asking.TOPICS, form, MODERATORS), GERMAN, key="k"))
    main = page.one("main")
    assert "Jemand mit Moderationsausbildung" in main.text
    assert "Kann in Werdau gefragt werden, 9 km entfernt" in main.text
    assert not [link for link in page.all("a") if "/members/" in str(link.attributes["href"])]


def test_the_last_step_alone_is_posted_and_asks_for_consent_and_an_empty_field() -> None:
    def sent(step: int) -> Page:
        return Page(asking_pages.render_step(Asking(step, asking.begun("", "Zwickau", ())), GERMAN, key="k"))

    assert [sent(step).one("form").attributes["method"] for step in (1, 2, 3)] == ["get", "get", "post"]
    form = sent(3)
    assert form.one("input", name="consent").attributes["type"] == "checkbox"
    assert "checked" not in form.one("input", name="consent").attributes
    trap = form.one("input", name="website")
    assert (trap.attributes["tabindex"], trap.attributes.get("value")) == ("-1", None)
    assert form.one("label", **{"for": "website"}).text == "Bitte leer lassen"


def test_what_is_sent_is_what_the_interface_takes() -> None:
    form = Typed(
        {"kind": "seek-help", "place": "Zwickau", "email": CONTACT[0], "consent": "2026-11"}, {"topics": ("x",)}
    )
    assert asking.body(form, "de") == {
        "kind": "seek-help",
        "place": {"municipality": "Zwickau"},
        "topics": ["x"],
        "languages": [],
        "contact": {"email": CONTACT[0]},
        "consent": asking.CONSENT,
        "language": "de",
        "wait": False,
        "website": "",
    }
    moderator = Typed({"kind": "moderator", "occasion_on": "2027-01-21", "website": "x"})
    assert asking.body(moderator)["occasion"] == {"on": "2027-01-21", "what": ""}
    assert asking.body(moderator)["website"] == "x"


def test_an_occasion_is_corrected_and_what_of_it_is_left_empty_stays() -> None:
    found = status(GERMAN, person(occasion={"on": "2027-01-21", "what": "Versammlung"}), kind="moderator")
    form = asking.typed_from(found, places())
    assert (form["occasion_on"], form["occasion_what"]) == ("2027-01-21", "Versammlung")
    moved = Typed({**form.values, "occasion_on": "2027-01-28", "occasion_what": ""}, form.several)
    body, wrong = asking.correction(moved, found, places())
    assert (body["occasion"], wrong) == ({"on": "2027-01-28", "what": "Versammlung"}, [])
    page = Page(pages.render_status(found, "/referrals/abc", GERMAN, key="k"))
    assert page.one("input", name="occasion_on").attributes["value"] == "2027-01-21"


def test_a_correction_names_another_place_by_its_key_and_keeps_what_is_left_empty() -> None:
    found = status(GERMAN, person())
    form = asking.typed_from(found, places())
    body, wrong = asking.correction(form, found, places())
    assert ("ags" in body, wrong) == (False, [])
    empty = Typed({**form.values, "message": "", "place": "Werdau"}, {"topics": (), "languages": ("de",)})
    body, wrong = asking.correction(empty, found, places())
    assert (body["ags"], body["topics"], body["languages"], "message" in body) == ("14524300", [], ["de"], False)
    for place in ("08393", "Nirgendwo"):
        body, [error] = asking.correction(Typed({"place": place}), found, places())
        assert (error.field, "ags" in body) == ("place", False)


def test_how_a_request_stands_is_said_with_who_was_asked_why_and_until_when() -> None:
    text = status_page().one("main").text
    for part in (
        "Interkultureller Treff e. V. wurde gefragt und antwortet bis 30. November 2026.",
        "Zwickau gehört zu",
    ):
        assert part in text
    assert "24. November 2026: Jemand ist gefragt" in text, "the day is that of the alliance's clocks"
    assert "hat eine Frage an Sie: Wann genau?" in status_page(state="asked-back").one("main").text
    escalated = status_page(state="escalated", network=None, due=None).one("main").text
    assert "Das Koordinierungsbüro kümmert sich darum." in escalated


def test_a_status_page_offers_what_can_be_done_and_nothing_else() -> None:
    def offered(**changed: Any) -> set[str]:
        page = status_page(**changed)
        actions = {str(one.attributes["value"]) for one in page.all("input", name="action")}
        erases = [link for link in page.all("a") if link.attributes["href"] == "/referrals/abc/erase"]
        return actions | ({"erase"} if erases else set())

    assert offered() == {"correct", "cancel", "erase"}
    assert offered(state="asked-back") == {"reply", "correct", "cancel", "erase"}
    assert offered(state="accepted") == {"correct", "cancel", "feedback", "erase"}
    assert offered(state="fulfilled") == {"reopen", "feedback", "erase"}
    assert offered(state="closed", closed_because="abuse") == {"erase"}
    erased = pages.render_status(status(GERMAN, None, state="cancelled"), "/referrals/abc", GERMAN, key="k")
    assert not Page(erased).all("form")


def test_where_nobody_fits_there_are_others_further_away_and_events() -> None:
    waiting = status(GERMAN, person(), state="waiting", network=None, due=None) | {"alternatives": samples.NETWORKS}
    page = Page(pages.render_status(waiting, "/referrals/abc", GERMAN, key="k"))
    links = {str(link.attributes["href"]) for link in page.all("a") if "main" in link.path}
    assert {"/members/treff", "/members/chor", "/?near=14524330&radius_km=20&topic=integration"} <= links


def test_coming_events_are_listed_as_they_come_and_say_where_it_is_easy_to_go() -> None:
    waiting = status(GERMAN, person(), state="waiting", network=None, due=None) | {"coming": samples.COMING}
    for html in (
        pages.render_status(waiting, "/referrals/abc", GERMAN, key="k"),
        concern_pages.render_concern(samples.CONCERN, "/concerns/abc", GERMAN, key="k"),
    ):
        page = Page(html)
        assert [line.text for line in page.all("li") if "main" in line.path and "Dezember" in line.text] == [
            "11. Dezember 2026, Zwickau: Offenes Café (kostenlos, ohne Anmeldung, ohne Vorkenntnisse)",
            "10. Dezember 2026: Vortrag",
        ]
        links = [str(link.attributes["href"]) for link in page.all("a")]
        assert [link for link in links if link.startswith("/events/")] == [
            f"/events/{one['id']}" for one in samples.COMING
        ]


def test_a_network_answers_with_what_it_may_and_sees_nobody_once_it_has_gone_elsewhere() -> None:
    def offered(**changed: Any) -> set[str]:
        return {str(one.attributes["value"]) for one in answer_page(**changed).all("input", name="answer")}

    assert offered() == {"accept", "decline", "hand-on", "ask-back"}
    assert offered(state="accepted") == {"progress", "done", "ask-back", "give-back"}
    before, after = (answer_page(state=state).one("main").text for state in ("routed", "accepted"))
    soon = "Den Kontakt seht ihr, sobald ihr zusagt."
    assert ("Renate Beispiel" in before, soon in before) == (False, True)
    assert ("Renate Beispiel" in after, soon in after) == (True, False)
    for standing, words in (("superseded", "bei jemand anderem"), ("over", "abgeschlossen. Danke!")):
        page = answer_page(standing=standing)
        assert words in page.one("main").text
        assert not page.all("form")
        assert not [part for part in (*CONTACT, "mittwochs") if part in page.one("main").text]


def test_what_was_typed_and_not_taken_stands_in_its_own_form_unfolded_and_marked() -> None:
    sent = Sent("decline", Typed({"reason": "other", "note": "Leider"}), {"note": "ist zu lang"}, "Bitte sehen")
    page = Page(pages.render_answer(asked(GERMAN, person()), "/answers/def", GERMAN, key="k", sent=sent))
    assert page.one("textarea", id="decline-note").text == "Leider"
    assert page.one("textarea", id="ask-back-note").text == ""
    assert page.one("p", class_="error").attributes["id"] == "decline-note-error"
    [unfolded] = [one for one in page.all("details") if "open" in one.attributes]
    assert "Leider" in unfolded.text
    chosen = [one.attributes["value"] for one in page.all("option") if "selected" in one.attributes]
    assert chosen == ["other"]


def test_the_board_keeps_its_filters_and_marks_what_is_overdue() -> None:
    wanted = Wanted("routed", "treff", overdue=True)
    organisations = [{"id": "treff", "name": "Treff"}]
    page = Page(office_pages.render_board(samples.board(), wanted, organisations, FRAME, GERMAN))
    following = page.one("a", rel="next").attributes["href"]
    assert following == "/office/referrals?state=routed&network=treff&overdue=yes&cursor=abc"
    states = {link.text: link.attributes["href"] for link in page.all("a") if "?network=treff" in str(link.attributes)}
    assert states == {"Alle": "/office/referrals?network=treff&overdue=yes"}
    assert [row.text for row in page.all("td") if "Überfällig" in row.text] == ["1. November 2026 Überfällig"]
    assert "Anfragen (1)" in [link.text for link in page.all("a") if "nav" in link.path]


def test_the_office_sees_all_and_asks_the_next_network_at_a_press() -> None:
    page = Page(office_pages.render_referral(detail(GERMAN, person()), [], FRAME, GERMAN))
    text = page.one("main").text
    for part in ("Renate Beispiel", "Frage an die Person, 24. November 2026", "Um vier.", "Auf der Seite gefragt"):
        assert part in text
    assert [one.attributes["value"] for one in page.all("input", name="network")] == ["treff", "chor"]
    assert {one.attributes["value"] for one in page.all("input", name="version")} == {"3"}
    links = {link.attributes["href"] for link in page.all("a")}
    assert {"/referrals/abc", "/answers/def"} <= links
    ended = Page(office_pages.render_referral(detail(GERMAN, person(), state="closed", due=None), [], FRAME, GERMAN))
    assert {one.attributes["value"] for one in ended.all("button") if "value" in one.attributes} == {"erase"}


def test_white_spots_stand_on_a_map_whose_dots_lead_to_their_lines_and_say_all_without_colour() -> None:
    def shown(topic: str) -> tuple[Page, dict[str, tuple[str, str]]]:
        page = Page(white_spot_pages.render_white_spots(samples.WHITE_SPOTS, topic, FRAME, GERMAN))
        dots = [link for link in page.all("a") if str(link.attributes["href"]).startswith("#place-")]
        signs = [one.text for one in page.all("text", class_="sign") if one.text]
        said = [str(dot.attributes["aria-label"]) for dot in dots]
        return page, {
            str(dot.attributes["href"]): one for dot, one in zip(dots, zip(said, signs, strict=True), strict=True)
        }

    page, dots = shown("")
    assert dots == {
        "#place-14524080": ("Glauchau: 2 weiße Flecken, mindestens fünf haben niemanden gefunden", "2"),
        "#place-14524330": ("Zwickau: 1 weißer Fleck", "1"),
    }
    assert {f"#{row.attributes['id']}" for row in page.all("tr") if "id" in row.attributes} == set(dots)
    assert len(page.all("circle", class_="ring")) == 1
    assert len(page.all("text", class_="name")) == len(places().items)
    assert shown("demokratie")[1] == {"#place-14524080": ("Glauchau: 7 ohne Antwort", "7")}
    assert [sign for _, sign in shown("integration")[1].values()] == ["×", "×"]
    page, dots = shown("weiterbildung")
    assert (page.all("svg", role="group"), dots) == ([], {})


def test_figures_by_area_say_where_a_number_is_not_shown_and_repeat_no_district_that_is_all() -> None:
    page = Page(figure_pages.render_by_area(samples.AREA_FIGURES, FRAME, GERMAN))
    assert [row.text for row in page.all("th", scope="row")] == ["Überall zusammen", "Zwickau", "14999999"]
    cells = [cell.text for cell in page.all("td")]
    assert cells[8:] == [*["–"] * 6, "", "30,5", *["0"] * 6, "", "30,5"]
    assert "/office/referrals/figures.csv?by=area" in [link.attributes["href"] for link in page.all("a")]
    two = [
        *samples.AREA_FIGURES,
        {**samples.AREA_FIGURES[1], "area": {"level": "district", "key": "14521", "name": None}},
    ]
    assert "Landkreis 14524" in figure_pages.render_by_area(two, FRAME, GERMAN)


async def test_an_unclear_place_is_asked_back_with_links_before_anything_is_typed() -> None:
    several = [{"name": name, "postal_codes": ["08393"]} for name in ("Meerane", "Schönberg")]
    errors = [{"field": "place", "code": "place-ambiguous", "detail": "meint mehrere Orte"}]
    unclear = document({"title": "Unklar", "errors": errors, "choices": several}, "422 Unprocessable Content")
    async with visiting(lambda _: unclear, session="") as (browser, fake):
        answer = await browser.get("/help/ask", params={"kind": "seek-help", "place": "08393", "topic": "x"})
    page = Page(answer.text)
    assert (answer.status_code, page.one("p", class_="error").text) == (200, "meint mehrere Orte")
    links = [str(link.attributes["href"]) for link in page.all("a") if "08393" in str(link.attributes["href"])]
    assert [parse_qs(urlsplit(link).query)["place"] for link in links] == [["08393 Meerane"], ["08393 Schönberg"]]
    assert {"step=2", "topic=x"} <= set(urlsplit(links[0]).query.split("&"))
    assert len(fake.asked) == 1


async def test_a_place_that_is_missing_is_asked_for_and_a_topic_that_is_none_is_left_out() -> None:
    async with visiting(lambda _: refusal("topic"), session="") as (browser, fake):
        assert "error" not in (await browser.get("/help/ask")).text
        empty = await browser.get("/help/ask?kind=question&place=+&step=2")
        assert Page(empty.text).one("p", class_="error").attributes["id"] == "place-error"
        assert fake.asked == []
        unread = await browser.get("/help/ask?kind=question&place=Zwickau&topic=x&step=2")
        page = Page(unread.text)
        assert (unread.status_code, page.one("div", role="alert").text) == (200, "Das geht nicht: topic fehlt")
        assert not page.all("input", name="topic")
        assert page.one("input", name="place").attributes["value"] == "Zwickau"


async def test_who_is_not_understood_keeps_all_that_was_typed_and_nothing_of_it_is_in_an_address() -> None:
    form = {"kind": "seek-help", "place": "Zwickau", "topics": ["integration"], "message": "Bleibt", "form_key": "k"}
    typed = {**form, "email": CONTACT[0], "name": CONTACT[2], "languages": ["ar"], "wait": "yes", "website": ""}
    async with visiting(gateway(refusal("consent", "contact.email")), session="") as (browser, fake):
        answer = await browser.post("/help/ask", data=typed)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert answer.headers["cache-control"] == "no-store"
    assert {str(one.attributes["id"]) for one in page.all("p", class_="error")} == {"consent-error", "email-error"}
    assert page.one("textarea", name="message").text == "Bleibt"
    assert page.one("input", name="email").attributes["value"] == CONTACT[0]
    ticked = {one.attributes["value"] for one in page.all("input", type="checkbox") if "checked" in one.attributes}
    assert ticked == {"ar", "yes"}
    assert page.one("input", name="topics").attributes["value"] == "integration"
    said = [one.target for one in fake.asked] + [str(link.attributes["href"]) for link in page.all("a")]
    assert not [address for address in said for part in (*CONTACT, "Bleibt") if part in address]


async def test_a_place_that_is_refused_in_the_end_can_be_typed_anew_beside_all_else() -> None:
    async with visiting(gateway(refusal("place")), session="") as (browser, _):
        answer = await browser.post("/help/ask", data={"kind": "question", "place": "08393", "message": "Bleibt"})
    page = Page(answer.text)
    assert page.one("input", name="place").attributes.get("type") == "text"
    assert page.one("p", class_="error").text == "place fehlt"
    assert page.one("textarea", name="message").text == "Bleibt"


async def test_who_has_asked_is_led_to_the_page_that_shows_how_it_stands_in_their_language() -> None:
    taken = document({"request": "r", "status": "/v1/referrals/abc", "link": "/v1/referrals/abc"}, "202 Accepted")
    async with visiting(gateway(taken), session="") as (browser, fake):
        answer = await browser.post("/help/ask", data={"kind": "question", "place": "Zwickau", "form_key": "k"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/referrals/abc?done=yes")
        assert b'"language":"de"' in fake.asked[0].body


async def test_looking_at_a_request_changes_nothing_and_nobody_keeps_or_finds_the_page() -> None:
    found = {"abc": status(GERMAN, person()), "def": asked(GERMAN, person())}
    async with visiting(gateway(b"", **found), session="") as (browser, fake):
        for path in ("/referrals/abc", "/referrals/abc/erase", "/answers/def"):
            answer = await browser.get(path)
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["x-robots-tag"] == "noindex"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert Page(answer.text).one("meta", name="robots").attributes["content"] == "noindex"
        assert {one.method for one in fake.asked} == {"GET"}


@pytest.mark.parametrize(
    ("form", "sent"),
    [
        ({"action": "reply", "message": "Um vier."}, ("POST", "/reply", b'{"message":"Um vier."}')),
        ({"action": "cancel"}, ("POST", "/cancel", b"{}")),
        ({"action": "reopen"}, ("POST", "/reopen", b"{}")),
        ({"action": "feedback", "went": "well", "comment": ""}, ("POST", "/feedback", b'{"went":"well"}')),
        ({"action": "erase"}, ("DELETE", "", b"")),
    ],
)
async def test_each_form_of_a_status_page_makes_its_write(form: dict[str, str], sent: tuple[str, str, bytes]) -> None:
    done = document({"result": "changed"})
    async with visiting(gateway(done, abc=status(GERMAN, person())), session="") as (browser, fake):
        answer = await browser.post("/referrals/abc", data={**form, "form_key": "k"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/referrals/abc?done=yes")
        [write] = [one for one in fake.asked if one.method != "GET"]
    method, path, body = sent
    assert (write.method, write.target, write.body) == (method, f"/v1/referrals/abc{path}", body)


async def test_what_a_person_or_network_typed_in_vain_is_shown_again() -> None:
    found = {"abc": status(GERMAN, person(), state="asked-back"), "def": asked(GERMAN, person())}
    async with visiting(gateway(refusal("message"), **found), session="") as (browser, _):
        answer = await browser.post("/referrals/abc", data={"action": "reply", "message": "Lang", "form_key": "k"})
        page = Page(answer.text)
        assert (answer.status_code, page.one("textarea", id="reply-message").text) == (422, "Lang")
        assert page.one("p", class_="error").text == "message fehlt"
        unread = {"action": "correct", "place": "Nirgendwo", "message": "Neu", "form_key": "k"}
        answer = await browser.post("/referrals/abc", data=unread)
        page = Page(answer.text)
        assert (answer.status_code, page.one("textarea", id="correct-message").text) == (422, "Neu")
        assert page.one("p", class_="error").attributes["id"] == "correct-place-error"
    async with visiting(gateway(refusal("assignment", status="409 Conflict"), **found), session="") as (browser, _):
        answer = await browser.post("/answers/def", data={"answer": "accept", "form_key": "k"})
        assert answer.status_code == 409
        assert Page(answer.text).one("div", role="alert").text == "Das geht nicht: assignment fehlt"


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/referrals/abc", {"action": "assign"}, 422),
        ("/referrals/abc", {"form_key": "k"}, 422),
        ("/office/referrals/6b1f0c9e-7777-4222-8333-444455556666", {**SIGNED, "action": "reply"}, 422),
        ("/office/referrals/x", {**SIGNED, "action": "hold"}, 404),
        ("/office/referrals/6b1f0c9e-7777-4222-8333-444455556666", {"action": "erase"}, 403),
        ("/own/referrals", {"message": "x"}, 403),
    ],
)
async def test_what_no_form_asks_for_is_not_done(path: str, form: dict[str, str], status: int) -> None:
    async with visiting() as (browser, fake):
        assert (await browser.post(path, data=form)).status_code == status
        assert not [one for one in fake.asked if one.method != "GET"]


async def test_a_link_that_opens_nothing_says_so_and_nobody_keeps_that_page() -> None:
    async with visiting(lambda _: refusal("token", status="404 Not Found"), session="") as (browser, _):
        for path in ("/referrals/x", "/answers/x", "/referrals/x/erase"):
            answer = await browser.get(path)
            assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
            assert "Dieser Link öffnet nichts." in Page(answer.text).one("main").text


async def test_a_form_of_another_site_asks_and_answers_nothing() -> None:
    async with visiting(session="") as (browser, fake):
        for path in ("/help/ask", "/referrals/abc", "/answers/def"):
            answer = await browser.post(path, data={"action": "cancel"}, headers={"Sec-Fetch-Site": "cross-site"})
            assert answer.status_code == 403
        assert fake.asked == []


async def test_what_the_office_enters_for_a_network_says_of_each_answer_what_belongs_to_it() -> None:
    path = f"/office/referrals/{samples.REFERRAL}"
    form = {**SIGNED, "action": "answer", "reason": "other", "to": "chor", "note": ""}
    async with visiting() as (browser, fake):
        for answer in ("accept", "decline", "hand-on"):
            assert (await browser.post(path, data={**form, "answer": answer})).status_code == 303
        bodies = [one.body for one in fake.asked if one.method == "POST"]
    assert bodies == [
        b'{"answer":"accept"}',
        b'{"answer":"decline","reason":"other"}',
        b'{"answer":"hand-on","to":"chor"}',
    ]


async def test_an_association_sees_its_requests_and_asks_for_support_with_its_own_key() -> None:
    session = {"role": "organisation", "owner": "treff", "scopes": ["members:write"]}
    found = {
        "current": session,
        "treff": {"name": "Treff"},
        "referrals": {"items": [asked(GERMAN, person())], "next": None},
    }
    async with visiting(gateway(document({"result": "created", "link": "/v1/referrals/abc"}), **found)) as (
        browser,
        fake,
    ):
        page = Page((await browser.get("/own/referrals")).text)
        assert page.one("h1").text == "Anfragen an Treff"
        assert page.one("a", href="/answers/def").text == "Jemand will helfen"
        form = {**SIGNED, "place": "Zwickau", "message": "Ein Raum", "topics": "integration"}
        answer = await browser.post("/own/referrals", data=form)
        assert answer.headers["location"] == "/referrals/abc?done=yes"
        [write] = [one for one in fake.asked if one.method == "POST"]
        assert write.target == "/v1/members/treff/referrals"
        assert b'"kind":"support"' in write.body
    async with visiting(gateway(b"", current={"role": "office", "owner": "office"})) as (browser, _):
        assert (await browser.get("/own")).status_code == 403


async def test_an_association_signs_in_with_its_key_on_a_page_of_its_own() -> None:
    begun = document({"token": SESSION, "role": "organisation"}, "201 Created")
    async with visiting(lambda _: begun, session="") as (browser, _):
        assert (await browser.get("/own/referrals")).headers["location"] == OWN_SIGN_IN
        assert "Schlüssel eures Vereins" in (await browser.get(OWN_SIGN_IN)).text
        answer = await browser.post(OWN_SIGN_IN, data={"key": "bb_x"}, headers={"Origin": SITE})
        assert (answer.status_code, answer.headers["location"]) == (303, "/own")
        assert answer.headers["set-cookie"].startswith(f"__Host-office={SESSION}; ")


@given(nasty, nasty, nasty, st.sampled_from(["routed", "asked-back", "waiting", "closed", "accepted"]))
@examples(40)
def test_no_text_of_a_request_can_break_out_of_its_page(one: str, two: str, three: str, state: str) -> None:
    who = person(
        message=one,
        availability=two,
        contact={"name": three, "email": one, "phone": two},
        occasion={"on": "2027-01-21", "what": three},
        notes=[{"kind": "question", "by": one, "at": "2026-11-24T12:00:00.000Z", "text": two}],
    )
    changed = {"state": state, "topics": [one], "languages": [two], "due": "2026-11-30T23:00:00.000Z"}
    network = {"id": one, "name": two, "reasons": [three]}
    shown = status(GERMAN, who, **changed) | {"network": {"id": two, "name": three}, "alternatives": [network]}
    form = Typed(dict.fromkeys(("kind", "place", "message", "email"), one), {"topics": (two,), "languages": (three,)})
    sent = Sent("correct", form, {"message": one, "place": two}, three)
    harmless(pages.render_status(shown, "/referrals/abc", GERMAN, key="k", sent=sent))
    harmless(pages.render_answer(asked(GERMAN, who, **changed), "/answers/def", GERMAN, key="k", sent=sent))
    seen = detail(GERMAN, who, **changed) | {"candidates": [network]}
    harmless(office_pages.render_referral(seen, [{"id": one, "name": two}], FRAME, GERMAN, sent))
    harmless(office_pages.render_board(samples.board(), Wanted(network=one), [{"id": one, "name": two}], FRAME, GERMAN))
    harmless(office_pages.render_new(form, {"": one, "place": two}, FRAME, GERMAN))
    own = {"items": [asked(GERMAN, who, **changed)], "next": one}
    harmless(own_pages.render_own(own, two, "all", form, {"message": three}, FRAME, GERMAN))
    choices = [{"name": one, "postal_codes": [two]}]
    for step in (asking.WHERE, asking.TOPICS, asking.REACH):
        view = Asking(step, form, [network], {"place": one, "message": two}, choices, three)
        harmless(asking_pages.render_step(view, GERMAN, key="k"))
