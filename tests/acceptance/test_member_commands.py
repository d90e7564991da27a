"""The office does its work with members from the command line: on the real platform, every command once."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from shared.commands.ask import AT_ONCE, Command, ask_many
from shared.contracts.members import organisations
from tests.support.bus import Bus, eventually
from tests.support.command import Finished, buendnisbus, json_of

YEAR = {
    "members": "Name;Ort(e);Umkreis;Themen;Status;Aufgenommen am\n"
    "Buntes Haus {x};Werdau;15 km;Integration;aktiv;12.03.2024\nChor {x};Zwickau;;;aktiv;1.2.2020\n"
    "Bewerber {x};;;;Antrag;\n",
    "people": "Vorname;Nachname;E-Mail;Organisation;Funktion;Einwilligung\n"
    "Anna;Beispiel;anna-{x}@example.org;Chor {x};Vorsitz;ja\nBert;Muster;;Buntes Haus {x};Stellv.;2026-11\n",
    "meetings": "Datum;Uhrzeit;Art;Titel\n6.2.2026;18 - 20 Uhr;AG {x};\n7.5.2026;18:00;AG {x};\n"
    "3.9.2026;18:00;AG {x};\n5.11.2026;18:00;AG {x};Jahresende\n",
    "attendance": "Verein;AG {x} 6.2.2026;AG {x} 7.5.2026;AG {x} 3.9.2026;AG {x} 5.11.2026\n"
    "Buntes Haus {x};x;x;;online\nChor {x};e;;-;x\n",
    "contributions": "Datum;Organisation;Art;Titel\n3.10.2026;Chor {x};Vortrag;Vortrag {x}\n",
}


async def members(bus: Bus, *arguments: str, answer: str = "") -> Finished:
    """``buendnisbus members …`` where the platform's environment is set."""
    return await buendnisbus("members", *arguments, env=bus.env, answer=answer)


async def done(bus: Bus, *arguments: str) -> Any:
    """The JSON of a command that must be done."""
    return await json_of("members", *arguments, env=bus.env)


def tables(folder: Path, mark: str) -> list[str]:
    """The options that import a year of an office, whose names hold ``mark``."""
    options = ["--consent", "2026-11", "--json"]
    for name, text in YEAR.items():
        file = folder / f"{name}.csv"
        file.write_text(text.replace("{x}", mark), encoding="cp1252")
        options += [f"--{name}", str(file)]
    return options


def results(finished: Finished) -> list[str]:
    return [orjson.loads(line)["result"] for line in finished.stdout.splitlines()]


async def test_a_year_is_imported_and_the_second_time_nothing_changes(bus: Bus, tmp_path: Path) -> None:
    mark = uuid4().hex[:6]
    options = tables(tmp_path, mark)

    foreseen = await members(bus, "import", *options, "--dry-run")
    first = await members(bus, "import", *options)
    second = await members(bus, "import", *options)

    assert (foreseen.returncode, set(results(foreseen))) == (0, {"new"}), foreseen.stdout
    assert first.returncode == 0, first.stdout + first.stderr
    assert results(first) == ["created"] * 9 + ["changed"] * 4 + ["created"]
    assert (second.returncode, set(results(second))) == (0, {"unchanged"}), second.stdout
    listed = {row["id"]: row for row in await done(bus, "list")}
    assert [listed[f"{name}-{mark}"]["status"] for name in ("buntes-haus", "chor", "bewerber")] == ["active"] * 2 + [
        "applied"
    ]
    assert listed[f"chor-{mark}"]["admission"]["on"] == "2020-02-01"
    [meeting] = [
        one
        for one in await done(bus, "meetings", "list")
        if one["title"] == "Jahresende" and mark in one["working_group"]
    ]
    assert {one["organisation"]: one["presence"] for one in meeting["attendance"]} == {
        f"buntes-haus-{mark}": "online",
        f"chor-{mark}": "present",
    }


async def test_a_changed_table_changes_only_what_it_says(bus: Bus, tmp_path: Path) -> None:
    mark = uuid4().hex[:6]
    options = tables(tmp_path, mark)
    await members(bus, "import", *options)
    table = tmp_path / "members.csv"
    table.write_text(table.read_text(encoding="cp1252").replace("15 km", "20 km"), encoding="cp1252")

    finished = await members(bus, "import", *options)

    rows = [orjson.loads(line) for line in finished.stdout.splitlines()]
    assert [(row["uid"], row["details"]) for row in rows if row["result"] != "unchanged"] == [
        (f"buntes-haus-{mark}", ["changed: areas"])
    ]


async def test_thousands_of_commands_are_sent_in_order_and_every_outcome_is_heard(bus: Bus) -> None:
    mark = uuid4().hex[:6]
    number = 2 * AT_ONCE + 7
    commands = []
    for place in range(number):
        id_ = f"viele-{mark}-{place}"
        apply = organisations.ApplyOrganisation(id=id_, name=f"Verein {place}")
        commands += [
            Command(organisations.APPLY, id_, apply),
            Command(organisations.DECLINE, id_, organisations.DeclineOrganisation(id=id_, reason="Probe")),
        ]

    outcomes = {place: outcome.result async for place, outcome in ask_many(bus.kafka, "members", commands)}

    assert len(outcomes) == len(commands)
    assert [outcomes[place] for place in range(len(commands))] == ["created", "changed"] * number


async def test_an_organisation_goes_from_application_to_leaving(bus: Bus) -> None:
    mark = uuid4().hex[:6]
    id_ = f"chor-{mark}"
    [applied] = await done(bus, "apply", "--name", f"Chor {mark}", "--place", "08056", "--around", "Werdau:10")
    [meeting] = await done(
        bus, "meetings", "plan", "--starts", "6.2.2026 18:00", "--title", f"S {mark}", "--kind", "retreat"
    )
    assert applied["id"] == id_
    assert (await done(bus, "change", id_, "--capacity", "3", "--url", "https://example.org"))[0]["result"] == "changed"
    await done(bus, "admit", id_, "--meeting", meeting["id"][:10], "--on", "6.2.2026", "--decision", "Einstimmig")
    await done(bus, "thank", id_, "2026", "Danke für die Lieder")
    await done(bus, "confirm", id_, "passive", "--reason", "Pause", "--yes")

    [shown] = await done(bus, "show", id_)
    assert (shown["status"], shown["capacity"], shown["areas"]["municipalities"]) == ("passive", 3, ["14524330"])
    assert (shown["admission"]["by"], shown["admission"]["meeting"]) == ("meeting", meeting["id"])
    assert shown["thanks"][0]["year"] == 2026
    await done(bus, "confirm", id_, "active", "--reason", "Wieder da")

    async def explained() -> Any:
        [found] = await done(bus, "activity", id_)
        return found if found["status"] else None

    found = await eventually(explained)
    assert found["because"] or found["unless"]
    [before] = await done(bus, "activity", id_, "--on", "2026-02-04")
    [later] = await done(bus, "activity", id_, "--on", "6.2.2026")
    assert (before["status"], later["status"]) == (None, "active")
    assert "active" in (await members(bus, "activity", id_)).stdout
    assert id_ not in [row["id"] for row in await done(bus, "list", "--proposed")]
    await done(bus, "leave", id_, "--yes")
    assert id_ in [row["id"] for row in await done(bus, "list", "--status", "left")]
    await done(bus, "apply", f"zwei-{mark}", "--name", "Zwei")
    await done(bus, "decline", f"zwei-{mark}", "--reason", "Satzung fehlt", "--yes")
    refused = await members(bus, "decline", id_, "--reason", "x", "--yes")
    assert (refused.returncode, "its status is left" in refused.stderr) == (1, True)
    assert "make up" not in refused.stderr


@pytest.fixture
async def chor(bus: Bus) -> str:
    """The id of a member."""
    id_ = f"chor-{uuid4().hex[:6]}"
    await done(bus, "apply", id_, "--name", id_)
    await done(bus, "admit", id_, "--on", "1.2.2020")
    return id_


async def test_a_meeting_is_planned_invited_to_held_and_recorded(bus: Bus, chor: str, tmp_path: Path) -> None:
    email = f"{chor}@example.org"
    await done(
        bus, "people", "keep", "--name", "Anna Beispiel", "--email", email, "--role", f"{chor}:deputy", "--consent", "1"
    )
    [planned] = await done(
        bus, "meetings", "plan", "--starts", "3.12.2030 18:00", "--title", chor, "--item", "Begrüßung"
    )
    id_ = planned["id"]
    await done(bus, "meetings", "invite", id_, "--organisation", chor)
    await done(bus, "meetings", "reply", id_[:12], chor, "yes", "--person", email)
    await done(bus, "meetings", "plan", id_, "--title", f"{chor} anders", "--place", "Gasometer, 08056 Zwickau")

    [shown] = await done(bus, "meetings", "show", id_)
    assert (shown["title"], shown["place"]["municipality"], shown["starts_at"][:16]) == (
        f"{chor} anders",
        "Zwickau",
        "2030-12-03T18:00",
    )
    assert [(one["organisation"], len(one["people"])) for one in shown["invited"]] == [(chor, 1)]
    assert shown["replies"][0]["reply"] == "yes"
    assert id_ in [one["id"] for one in await done(bus, "meetings", "list", "--upcoming")]
    await done(bus, "meetings", "cancel", id_, "--reason", "Schnee", "--yes")

    [held] = await done(
        bus, "meetings", "plan", "--starts", "6.2.2026", "--title", chor, "--item", "A", "--kind", "retreat"
    )
    await done(bus, "meetings", "attend", held["id"], "--present", chor)
    minutes = tmp_path / "protokoll.md"
    minutes.write_text(f"# {chor}\n\n## Beschlüsse\n\n- Gut so. (Ja 3)\n\n## Aufgaben\n\n- [ ] Raum suchen ({chor})\n")
    await done(bus, "meetings", "minutes", "write", held["id"], str(minutes))
    written = await members(bus, "meetings", "minutes", "show", held["id"])
    assert written.stdout == minutes.read_text()
    again = await done(bus, "meetings", "minutes", "write", held["id"], str(minutes))
    assert again[0]["result"] == "unchanged"


async def test_contributions_are_reported_declined_and_listed(bus: Bus, chor: str) -> None:
    [made] = await done(bus, "contributions", "report", chor, "--title", "Konzert", "--on", "1.11.2026")
    await done(bus, "contributions", "decline", made["id"][:8], "--reason", "Doppelt", "--yes")

    [row] = await done(bus, "contributions", "list", "--organisation", chor, "--status", "declined")
    assert (row["title"], row["declined_because"]) == ("Konzert", "Doppelt")
    [again] = await done(bus, "contributions", "confirm", made["id"])
    assert again["result"] == "changed"


async def test_a_training_makes_a_multiplier_who_is_erased_everywhere(bus: Bus, chor: str) -> None:
    email = f"{chor}@example.org"
    [person] = await done(
        bus, "people", "keep", "--name", "Dora Neu", "--email", email, "--role", chor, "--consent", "2026-11"
    )
    [training] = await done(
        bus, "trainings", "plan", "--starts", "1.10.2026 10:00", "--title", chor, "--qualification", "moderation"
    )
    await done(bus, "trainings", "plan", training["id"], "--valid-months", "24")
    await done(bus, "trainings", "complete", training["id"][:8], "--participant", email)
    assert training["id"] in [one["id"] for one in await done(bus, "trainings", "list")]
    [other] = await done(bus, "trainings", "plan", "--starts", "1.10.2030", "--title", "fällt aus")
    await done(bus, "trainings", "cancel", other["id"], "--reason", "Krank", "--yes")
    [multiplier] = await done(bus, "multipliers", "register", email, "--topic", "integration", "--place", "Zwickau")
    await done(bus, "multipliers", "register", email, "--away")
    [entry] = [one for one in await done(bus, "multipliers", "list") if one["id"] == multiplier["id"]]
    assert (entry["status"], entry["topics"], entry["qualifications"][0]["until"]) == (
        "away",
        ["integration"],
        "2028-09-30",
    )
    [shown] = await done(bus, "people", "show", email)
    assert shown["trainings"][0]["training"] == training["id"]
    assert [one["id"] for one in await done(bus, "people", "list", "--organisation", chor)] == [person["id"]]
    await done(bus, "multipliers", "retire", multiplier["id"], "--yes")

    await done(bus, "people", "erase", email, "--yes")

    assert (await members(bus, "people", "show", email)).returncode == 1

    async def known_everywhere() -> bool:
        rows = {row["id"]: row for row in await done(bus, "erasures", "list")}
        return bool(rows[person["id"]]["members"] and rows[person["id"]]["gateway"])

    await eventually(known_everywhere)


async def test_after_a_restored_backup_erasures_are_applied_again(bus: Bus, chor: str) -> None:
    email = f"{chor}@example.org"
    [person] = await done(bus, "people", "keep", "--name", "Cleo Fort", "--email", email, "--consent", "2026-11")
    async with bus.database("members") as connection:
        backup = await connection.fetchrow("select id, version, state from person where id = $1", person["id"])
        assert backup is not None
    await done(bus, "people", "erase", email, "--yes")

    async def at_the_gateway() -> bool:
        rows = {row["id"]: row for row in await done(bus, "erasures", "list")}
        return bool(rows[person["id"]]["gateway"])

    await eventually(at_the_gateway)
    async with bus.database("members") as connection:
        await connection.execute("delete from erased where id = $1", person["id"])
        await connection.execute("insert into person (id, version, state) values ($1, $2, $3)", *backup)
    assert (await done(bus, "people", "show", email))[0]["name"] == "Cleo Fort"

    rows = await done(bus, "erasures", "reapply", "--yes")

    assert {row["id"]: row["result"] for row in rows}[person["id"]] == "withdrawn"
    assert (await members(bus, "people", "show", email)).returncode == 1
    again = await done(bus, "erasures", "reapply", "--yes")
    assert {row["result"] for row in again} == {"unchanged"}


async def test_goals_are_set_out_measured_reviewed_and_reported(bus: Bus, chor: str, tmp_path: Path) -> None:
    mark = chor.removeprefix("chor-")
    file = tmp_path / "ziele.toml"
    file.write_text(
        f'[[goals]]\nkey = "{mark}"\ntitle = "Ziel {mark}"\n[[goals.goals]]\nkey = "{mark}.1"\ntitle = "Mitte"\n'
        f'[[goals.goals.goals]]\nkey = "{mark}.1.1"\ntitle = "Treffen"\nresponsible = ["{chor}"]\n'
        'indicators = [{ id = "treffen", title = "Treffen im Jahr", target = 40 }]\n'
    )
    key = f"{mark}.1.1"

    assert [row["result"] for row in await done(bus, "goals", "set", str(file))] == ["created"] * 3
    assert [row["result"] for row in await done(bus, "goals", "set", str(file))] == ["unchanged"] * 3
    await done(bus, "goals", "measure", key, "treffen", "25", "--note", "gezählt")
    await done(bus, "goals", "review", key, "on-track", "--reason", "Es wird", "--target", "treffen=45:2028-12-31")

    [goal] = [one for one in await done(bus, "goals", "list") if one["key"] == key]
    assert (goal["indicators"][0]["target"], goal["indicators"][0]["values"][0]["value"]) == (45, 25)
    report = (await members(bus, "goals", "report")).stdout
    assert f"Ziel {mark}" in report
    assert "Es wird" in report
    await done(bus, "goals", "retire", key, "--reason", "Erreicht", "--yes")
    assert f" {key}: Treffen" not in (await members(bus, "goals", "report")).stdout
    wrong = tmp_path / "falsch.toml"
    wrong.write_text("[[goals]]\ntitle = 1\n")
    assert (await members(bus, "goals", "set", str(wrong))).returncode == 2


async def test_papers_have_editions_that_members_agree_to(bus: Bus, chor: str, tmp_path: Path) -> None:
    text = tmp_path / "leitbild.md"
    text.write_text(f"Wir sind {chor}.")

    await done(bus, "charters", "adopt", "leitbild", "--title", f"Leitbild {chor}", "--file", str(text))
    await done(bus, "charters", "assent", "leitbild", chor)

    [paper] = [one for one in await done(bus, "charters", "list") if one["kind"] == "leitbild"]
    assert paper["editions"][-1]["text"] == f"Wir sind {chor}."
    assert (chor, len(paper["editions"])) in [(one["organisation"], one["edition"]) for one in paper["assents"]]
    assert "leitbild" in (await members(bus, "charters", "list")).stdout


async def test_names_and_addresses_stand_in_no_log(bus: Bus, chor: str, tmp_path: Path) -> None:
    file = tmp_path / "p.csv"
    file.write_text(f"Name;E-Mail;Verein;Einwilligung\nGeheime Person;geheim-{chor}@example.org;{chor};2026-11\n")

    finished = await members(bus, "import", "--people", str(file))

    assert finished.returncode == 0, finished.stdout + finished.stderr
    logs = list((bus.platform.workspace.root / "logs").rglob("*.log"))
    assert logs
    assert not any(b"Geheime Person" in log.read_bytes() or b"geheim-" in log.read_bytes() for log in logs)
