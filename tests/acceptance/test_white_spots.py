"""The office sees where nobody answers, and how networks do: as lists, tables for a spreadsheet, and pages."""

import csv
from io import StringIO

import httpx

from tests.acceptance.test_referral_pages import browser
from tests.acceptance.test_referrals import alliance_of
from tests.support.asking import answer_link, ask, post, stands
from tests.support.bus import Bus, eventually
from tests.support.networks import Alliance

__all__ = ["browser"]
GLAUCHAU = "14524080"


async def test_where_five_people_found_nobody_there_is_a_white_spot(bus: Bus, browser: httpx.AsyncClient) -> None:
    # A language that nobody of the alliance speaks.
    asked = {"kind": "seek-help", "place": {"municipality": "Glauchau"}, "languages": ["tlh"], "topics": ["demokratie"]}
    for _ in range(5):
        await ask(bus, Alliance(bus), **asked)
    key = {"Authorization": f"Bearer {await bus.office_key()}"}

    async def seen() -> int | None:
        items = (await bus.http.get("/v1/office/white-spots", headers=key)).raise_for_status().json()["items"]
        return next(
            (
                one["unanswered"]
                for one in items
                if (one["place"]["ags"], one["topic"]) == (GLAUCHAU, "demokratie") and one["unanswered"]
            ),
            None,
        )

    number = await eventually(seen, what="the white spot")
    assert number is not None
    assert number >= 5
    table = await bus.http.get("/v1/office/white-spots.csv", headers=key)
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(table.text), delimiter=";"))
    assert str(number) in [row["unanswered"] for row in rows if (row["ags"], row["topic"]) == (GLAUCHAU, "demokratie")]
    await browser.post("/office/sign-in", data={"key": await bus.office_key()})
    page = await browser.get("/office/referrals/white-spots")
    assert f"{number} ohne Antwort" in page.text
    download = await browser.get("/office/referrals/white-spots.csv")
    assert download.headers["content-disposition"] == 'attachment; filename="white-spots.csv"'
    assert download.text == table.text


async def test_the_office_sees_how_a_network_answers(bus: Bus, browser: httpx.AsyncClient) -> None:
    alliance = await alliance_of(bus, "zuverlaessig")
    link = await ask(bus, alliance)
    network = (await stands(bus, link))["network"]["id"]
    await post(bus, await answer_link(bus, link), {"answer": "accept"})
    key = {"Authorization": f"Bearer {await bus.office_key()}"}
    items = (await bus.http.get("/v1/office/referral-figures", headers=key)).raise_for_status().json()["items"]
    [own] = [one for one in items if one["network"]["id"] == network]
    assert (own["asked"], own["accepted"], own["open"], own["kept"]) == (1, 1, 1, None)
    table = await bus.http.get("/v1/office/referral-figures.csv", headers=key)
    rows = list(csv.DictReader(StringIO(table.text), delimiter=";"))
    assert [row["accepted"] for row in rows if row["network"] == network] == ["1"]
    await browser.post("/office/sign-in", data={"key": await bus.office_key()})
    assert "Zuverlaessig" in (await browser.get("/office/referrals/figures")).text
    assert (await browser.get("/office/referrals/figures.csv")).text == table.text


async def test_white_spots_and_figures_are_for_the_office_alone(bus: Bus) -> None:
    stranger = await bus.partner("fleckig")
    names = ("white-spots", "white-spots.csv", "referral-figures", "referral-figures.csv")
    for path in (f"/v1/office/{name}" for name in names):
        assert (await bus.http.get(path)).status_code == 401
        assert (await bus.http.get(path, headers=stranger.headers)).status_code == 403
