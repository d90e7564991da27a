"""The office sees where nobody answers, and how networks do: as lists, tables for a spreadsheet, and pages."""

import csv
from io import StringIO
from typing import Any

import httpx

from tests.acceptance.test_referral_pages import browser
from tests.acceptance.test_referrals import alliance_of
from tests.support.asking import answer_link, ask, ask_in_vain, post, stands
from tests.support.bus import Bus, eventually

__all__ = ["browser"]
GLAUCHAU = "14524080"


async def test_where_five_people_found_nobody_there_is_a_white_spot(bus: Bus, browser: httpx.AsyncClient) -> None:
    await ask_in_vain(bus, 5, place="Glauchau", topic="demokratie")
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


async def test_the_office_sees_what_becomes_of_requests_by_area_and_no_small_number(
    bus: Bus, browser: httpx.AsyncClient
) -> None:
    for place, number in (("Meerane", 6), ("Waldenburg", 2)):
        await ask_in_vain(bus, number, place=place, topic="integration")
    key = {"Authorization": f"Bearer {await bus.office_key()}"}
    by_area = {"by": "area"}

    async def seen() -> dict[str | None, dict[str, Any]] | None:
        answer = await bus.http.get("/v1/office/referral-figures", params=by_area, headers=key)
        items = {one["area"]["name"]: one for one in answer.raise_for_status().json()["items"]}
        return items if {"Meerane", "Waldenburg"} <= set(items) and items[None]["asked"] >= 8 else None

    items = await eventually(seen, what="both areas")
    assert items is not None
    assert (items["Waldenburg"]["asked"], items["Waldenburg"]["hours"]) == (None, None)
    assert items["Meerane"]["area"] == {"level": "municipality", "key": "14524190", "name": "Meerane"}
    table = await bus.http.get("/v1/office/referral-figures.csv", params=by_area, headers=key)
    rows = {row["key"]: row for row in csv.DictReader(StringIO(table.text), delimiter=";")}
    assert (rows[""]["level"], rows["14524"]["level"], rows["14524190"]["name"]) == ("all", "district", "Meerane")
    await browser.post("/office/sign-in", data={"key": await bus.office_key()})
    page = await browser.get("/office/referrals/figures", params=by_area)
    assert "Waldenburg" in page.text
    assert (await browser.get("/office/referrals/figures.csv", params=by_area)).text == table.text
    wrong = await bus.http.get("/v1/office/referral-figures", params={"by": "person"}, headers=key)
    assert wrong.status_code == 422


async def test_white_spots_and_figures_are_for_the_office_alone(bus: Bus) -> None:
    stranger = await bus.partner("fleckig")
    names = ("white-spots", "white-spots.csv", "referral-figures", "referral-figures.csv", "referrals.csv")
    for path in (f"/v1/office/{name}" for name in names):
        assert (await bus.http.get(path)).status_code == 401
        assert (await bus.http.get(path, headers=stranger.headers)).status_code == 403
