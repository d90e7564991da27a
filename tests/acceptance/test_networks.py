"""Who could help here, and why, before anybody leaves any data."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.bus import Bus, eventually
from tests.support.networks import Alliance
from tests.unit.web.parsed import Page

ZWICKAU, WERDAU = "14524330", "14524300"
TOMORROW = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()


async def test_the_nearest_comes_first_and_each_says_why(bus: Bus) -> None:
    alliance = Alliance(bus)
    await alliance.tell("nachbarn", area={"municipalities": [WERDAU]}, capacity=3)
    await alliance.tell("kreis", area={"around": [{"ags": WERDAU, "radius_km": 12}]}, languages=["de", "ar"])
    await alliance.tell("stadt", area={"municipalities": [ZWICKAU]}, capacity=5)

    stadt, kreis, nachbarn = await alliance.found("stadt", "kreis", "nachbarn")
    assert stadt["reasons"][0] == "Zwickau gehört zu ihrem Gebiet"
    assert stadt["reasons"][-1] == "5 von 5 Plätzen frei"
    assert (stadt["distance_km"], stadt["free"], stadt["name"]) == (0.0, 5, "Stadt")
    assert kreis["reasons"][0] == "Kann rund um Werdau gefragt werden, 8 km entfernt"
    assert nachbarn["reasons"][0] == "Kann in Werdau gefragt werden, 8 km entfernt"
    await alliance.found("kreis", language="ar")


async def test_who_takes_it_not_pauses_or_is_not_active_is_not_named(bus: Bus) -> None:
    alliance = Alliance(bus)
    area = {"municipalities": [ZWICKAU]}
    await alliance.tell("immer", area=area)
    await alliance.tell("pause", area=area)
    await alliance.tell("passiv", area=area)
    await eventually(alliance.is_complete, what="all three")
    await alliance.tell("pause", area=area, paused_until=TOMORROW)
    await alliance.tell("passiv", area=area, status="passive")
    await alliance.found("immer")
    assert await alliance.ask(kind="support") == []
    await alliance.tell("immer", area=area, takes=["support"])
    await alliance.found("immer", kind="support")
    assert await alliance.ask() == []


@pytest.mark.parametrize(
    ("place", "code"), [("", "place-unknown"), ("99999", "place-unknown"), ("08393", "place-ambiguous")]
)
async def test_a_place_that_is_none_or_several_is_asked_back(bus: Bus, place: str, code: str) -> None:
    answer = await bus.http.get("/v1/networks", params={"place": place})
    problem = answer.json()
    assert (answer.status_code, problem["errors"][0]["field"], problem["errors"][0]["code"]) == (422, "place", code)
    assert bool(problem.get("choices")) is (code == "place-ambiguous")


async def test_the_page_shows_them_and_what_to_do_where_there_is_nobody(bus: Bus) -> None:
    alliance = Alliance(bus)
    await alliance.tell("helferkreis", area={"municipalities": [ZWICKAU]})
    await alliance.found("helferkreis")
    asked = {"place": "Zwickau", "kind": "question", "topic": alliance.topic}
    page = Page((await bus.http.get(f"{bus.web_url}/help", params=asked)).text)
    assert "Helferkreis" in page.one("main").text
    assert "Zwickau gehört zu ihrem Gebiet" in page.one("main").text
    nobody = await bus.http.get(f"{bus.web_url}/help", params=asked | {"topic": "gibt-es-nicht"})
    assert "Noch hat niemand gesagt" in nobody.text or "Sie können gefragt werden" in nobody.text
    unclear = Page((await bus.http.get(f"{bus.web_url}/help", params={"place": "08393"})).text)
    assert [link.text for link in unclear.all("a") if "place=08393" in str(link.attributes["href"])]
    assert Page((await bus.http.get(f"{bus.web_url}/help")).text).one("h1").text == "Wo kann ich helfen?"
