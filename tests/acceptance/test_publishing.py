"""A partner publishes once, by whatever way, and it is read everywhere."""

import asyncio
from typing import Any
from uuid import uuid4

import icalendar

from shared.commands.ask import ask
from shared.contracts.events import TRUST_PARTNER, TrustPartner
from shared.contracts.partner import WITHDRAW, event_id
from tests.support.bus import Bus, eventually, submission


async def test_an_event_put_over_http_is_listed_shown_and_in_the_calendar(bus: Bus) -> None:
    partner = await bus.partner()
    body = submission(
        "cafe",
        title="Interkulturelles Café",
        ends_at="2027-03-04T18:00:00+01:00",
        topics=["integration", "nachbarschaft"],
        place={"name": "Alter Gasometer", "municipality": "Zwickau", "ags": "14524330"},
    )

    created = await partner.put(body)

    id_ = str(event_id(partner.id, "cafe"))
    assert created.status_code == 201
    assert created.headers["location"] == f"/v1/events/{id_}"
    assert created.headers["preference-applied"] == "wait=25"
    [item] = await bus.events(organiser=partner.id)
    assert item["id"] == item["occurrence_id"] == id_
    assert (item["title"], item["version"], item["status"]) == ("Interkulturelles Café", 1, "scheduled")
    assert item["organisers"] == [{"id": partner.id, "name": f"Verein {partner.id}"}]
    assert item["topics_outside_vocabulary"] == ["nachbarschaft"]
    detail = (await bus.http.get(f"/v1/events/{id_}")).json()
    assert detail["place"]["ags"] == "14524330"
    assert [o["starts_at"] for o in detail["occurrences"]] == ["2027-03-04T16:00:00+01:00"]
    calendar = icalendar.Calendar.from_ical((await bus.http.get(f"/v1/events/{id_}.ics")).content)
    assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] == ["Interkulturelles Café"]
    everything = icalendar.Calendar.from_ical((await bus.http.get("/v1/events.ics")).content)
    assert id_ in {str(event["UID"]).split("@")[0] for event in everything.walk("VEVENT")}


async def test_moments_in_utc_are_shown_in_the_zone_that_stands_beside_them_by_whatever_way_they_come(bus: Bus) -> None:
    partner = await bus.partner()
    utc = {"starts_at": "2027-07-01T14:00:00Z", "ends_at": "2027-07-01T16:00:00Z", "time_zone": "Europe/Berlin"}
    assert (await partner.put(submission("grillen", **utc))).status_code == 201
    await partner.send(submission("baden", **utc))

    items = await eventually(lambda: _listed(bus, partner.id, 2), what="both events")

    assert {(one["starts_at"], one["time_zone"]) for one in items} == {("2027-07-01T16:00:00+02:00", "Europe/Berlin")}
    local = utc | {"starts_at": "2027-07-01T16:00:00+02:00", "ends_at": "2027-07-01T18:00:00"}
    again = await partner.put(submission("grillen", **local))
    assert again.json()["result"] == "unchanged"
    wrong = await partner.put(submission("grillen", **utc | {"starts_at": "2027-07-01T14:00:00+01:00"}))
    assert [error["code"] for error in wrong.json()["errors"]] == ["offset-disagrees"]


async def _listed(bus: Bus, organiser: str, count: int) -> list[dict[str, Any]]:
    items = await bus.events(organiser=organiser)
    return items if len(items) == count else []


async def test_an_event_sent_over_kafka_as_the_partners_own_user_is_the_same(bus: Bus) -> None:
    partner = await bus.partner()

    [request] = await partner.send(submission("lesung", title="Lesung"))

    [item] = await eventually(lambda: bus.events(organiser=partner.id), what="the event")
    assert (item["uid"], item["title"]) == ("lesung", "Lesung")
    [outcome] = await partner.submissions()
    assert (outcome["request"], outcome["result"], outcome["uid"]) == (request, "created", "lesung")


async def test_a_newer_version_replaces_the_older_and_tells_what_changed(bus: Bus) -> None:
    partner = await bus.partner()
    await partner.put(submission("treff", title="Treffen"))

    answer = await partner.put(submission("treff", title="Großes Treffen", status="postponed"))

    id_ = str(event_id(partner.id, "treff"))
    assert (answer.status_code, answer.json()["result"]) == (200, "changed")
    first, second = await bus.facts(id_)
    assert (first["version"], second["version"]) == (1, 2)
    assert set(second["changed"]) == {"title", "status"}
    assert second["previous"]["status"] == "scheduled"
    [item] = await bus.events(organiser=partner.id)
    assert (item["title"], item["status"], item["version"]) == ("Großes Treffen", "postponed", 2)


async def test_the_same_event_again_changes_nothing(bus: Bus) -> None:
    partner = await bus.partner()
    await partner.put(submission("gleich"))

    answer = await partner.put(submission("gleich"))

    assert (answer.status_code, answer.json()["result"]) == (200, "unchanged")
    assert len(await bus.facts(str(event_id(partner.id, "gleich")))) == 1


async def test_a_withdrawn_event_is_gone_and_a_later_submission_revives_it(bus: Bus) -> None:
    partner = await bus.partner()
    await partner.put(submission("weg"))
    path = f"/v1/events/{event_id(partner.id, 'weg')}"

    assert (await partner.delete("weg")).status_code == 204

    assert (await bus.http.get(path)).status_code == 410
    assert await bus.events(organiser=partner.id) == []
    assert (await partner.delete("weg")).status_code == 204
    assert (await partner.put(submission("weg"))).status_code == 200
    assert (await bus.http.get(path)).json()["version"] == 3


async def test_a_withdrawal_over_kafka_takes_the_event_back(bus: Bus) -> None:
    partner = await bus.partner()
    await partner.put(submission("weg"))

    await partner.send({"uid": "weg", "reason": "krank"}, kind=WITHDRAW)

    async def gone() -> bool:
        return (await bus.http.get(f"/v1/events/{event_id(partner.id, 'weg')}")).status_code == 410

    await eventually(gone, what="the withdrawal")
    facts = await bus.facts(str(event_id(partner.id, "weg")))
    assert "krank" not in str(facts)


async def test_a_lower_sequence_is_stale_and_says_so_in_the_readers_language(bus: Bus) -> None:
    partner = await bus.partner()
    await partner.put(submission("folge", sequence=5))

    german = await partner.put(submission("folge", sequence=4, title="alt"))
    english = await partner.put(submission("folge", sequence=3, title="alt"), Accept_Language="en")

    assert german.status_code == english.status_code == 409
    assert german.headers["content-type"] == "application/problem+json"
    assert german.json()["errors"][0]["code"] == "stale"
    assert english.json()["title"] == "A newer version of this event is already here"
    assert german.json()["title"] != english.json()["title"]


async def test_a_recurring_event_is_listed_once_for_each_time(bus: Bus) -> None:
    partner = await bus.partner()
    await partner.put(
        submission(
            "woche",
            time_zone="Europe/Berlin",
            recurrence={"rrule": "FREQ=WEEKLY;COUNT=5", "exdates": ["2027-03-11T16:00:00+01:00"]},
            overrides=[{"recurrence_id": "2027-03-18T16:00:00+01:00", "status": "cancelled"}],
        )
    )

    items = await bus.events(organiser=partner.id)

    assert [(item["starts_at"], item["status"]) for item in items] == [
        ("2027-03-04T16:00:00+01:00", "scheduled"),
        ("2027-03-18T16:00:00+01:00", "cancelled"),
        ("2027-03-25T16:00:00+01:00", "scheduled"),
        ("2027-04-01T16:00:00+02:00", "scheduled"),  # summer time began on 28 March
    ]
    assert len({item["occurrence_id"] for item in items}) == 4
    assert {item["id"] for item in items} == {str(event_id(partner.id, "woche"))}


async def test_without_prefer_the_answer_is_202_and_the_request_tells_the_rest(bus: Bus) -> None:
    partner = await bus.partner()

    accepted = await partner.put(submission("spaeter"), wait=0)

    assert accepted.status_code == 202
    assert accepted.json()["resource"] == f"/v1/events/{event_id(partner.id, 'spaeter')}"
    assert accepted.headers["location"] == f"/v1/requests/{accepted.json()['request']}"

    async def done() -> bool:
        return bool((await bus.http.get(accepted.headers["location"])).json()["status"] == "done")

    await eventually(done, what="the request")
    # Done is said only once this gateway shows it.
    assert (await bus.http.get(accepted.json()["resource"])).status_code == 200


async def test_an_idempotency_key_makes_repeating_safe(bus: Bus) -> None:
    partner = await bus.partner()
    key = str(uuid4())

    first = await partner.put(submission("einmal"), Idempotency_Key=key)
    again = await partner.put(submission("einmal"), Idempotency_Key=key)
    other = await partner.put(submission("einmal", title="anders"), Idempotency_Key=key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()
    assert other.json()["type"] == "/problems/idempotency-key-reused"
    assert len(await partner.submissions()) == 1


async def test_while_the_first_request_under_a_key_runs_another_is_told_to_wait(bus: Bus) -> None:
    partner = await bus.partner()
    bus.platform.stop("events-1")
    try:
        first = asyncio.create_task(partner.put(submission("lang"), wait=8, Idempotency_Key="k"))

        async def runs() -> bool:
            async with bus.database("gateway") as connection:
                return bool(await connection.fetchval("select 1 from request where topic = $1", partner.topic))

        await eventually(runs)
        second = await partner.put(submission("lang"), wait=0, Idempotency_Key="k")
        assert second.status_code == 409
        assert (await first).status_code == 202
        third = await partner.put(submission("lang"), wait=0, Idempotency_Key="k")
        assert (third.status_code, third.json()) == (202, (await first).json())
    finally:
        bus.platform.start_service("events")


async def test_events_of_a_partner_that_is_not_trusted_wait_and_are_published_with_the_trust(bus: Bus) -> None:
    partner = await bus.partner(trusted=False)
    assert (await partner.put(submission("neu"))).status_code == 201
    path = f"/v1/events/{event_id(partner.id, 'neu')}"
    assert (await bus.http.get(path)).status_code == 404
    assert await bus.events(organiser=partner.id) == []

    await ask(bus.kafka, "events", TRUST_PARTNER, partner.id, TrustPartner(id=partner.id, trusted=True))

    [item] = await eventually(lambda: bus.events(organiser=partner.id), what="the event")
    assert item["version"] == 2


async def test_a_hidden_address_is_in_no_fact_and_on_no_page(bus: Bus) -> None:
    partner = await bus.partner()
    place = {"name": "Geheimhaus", "street": "Verborgen 1", "municipality": "Zwickau", "visibility": "area"}

    await partner.put(submission("schutz", place=place))

    id_ = str(event_id(partner.id, "schutz"))
    shown = str(await bus.facts(id_)) + (await bus.http.get(f"/v1/events/{id_}")).text
    shown += (await bus.http.get(f"{bus.web_url}/events/{id_}")).text + (
        await bus.http.get(f"/v1/events/{id_}.ics")
    ).text
    assert "Zwickau" in shown
    assert "Geheimhaus" not in shown
    assert "Verborgen" not in shown
