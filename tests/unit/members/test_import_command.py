"""``buendnisbus members import``: its table, its JSON, its exit codes, and what it does when it is interrupted."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner, Result

from deploy.member_commands import app
from services.members.handlers import DECISIONS
from services.members.importing import command, running
from services.members.importing.known import Known
from shared.commands.ask import Command, NoAnswerError
from shared.contracts.requests import Outcome
from tests.unit.members.offices_tables import Office

MEMBERS = "Name;Status;Mitglied seit\nChor;aktiv;1.2.2020\nBewerber;Antrag;\nFalsch;Kaiser;\n"


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    """The service as its own decisions, without a broker."""
    here = Office()

    async def known(_: object) -> Known:
        return here.known()

    async def ask_many(_: object, service: str, commands: Sequence[Command]) -> AsyncIterator[tuple[int, Outcome]]:
        assert service == "members"
        for place, one in enumerate(commands):
            decision = DECISIONS[type(one.data)](here.state, one.data)
            for told in decision.facts:
                here.keep(told.fact)
            yield place, Outcome(request="r", source="s", result=decision.result, problem=decision.problem, at="x")

    monkeypatch.setattr(command, "_known", known)
    monkeypatch.setattr(running, "ask_many", ask_many)
    return here


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "mitglieder.csv"
    file.write_text(MEMBERS, encoding="cp1252")
    return file


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["import", *arguments], env={"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"})


def rows(done: Result) -> dict[str, dict[str, Any]]:
    return {row["source"]: row for row in map(orjson.loads, done.stdout.splitlines())}


def test_a_dry_run_shows_each_row_and_sends_nothing(office: Office, table: Path) -> None:
    done = run("--members", str(table), "--dry-run")

    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["row", "name", "result", "details", "id"]
    assert lines[1].split() == ["mitglieder.csv,", "row", "2", "Chor", "new", "chor"]
    assert "column Status: known are" in lines[3]
    assert "3 rows: 2 new, 1 refused" in done.stderr
    assert office.state.facts == {}


def test_the_real_run_shows_the_same_with_outcomes_and_the_next_one_changes_nothing(
    office: Office, table: Path
) -> None:
    first = rows(run("--members", str(table), "--json"))
    again = rows(run("--members", str(table), "--json"))

    assert [row["result"] for row in first.values()] == ["created", "created", "refused"]
    assert list(first) == [f"mitglieder.csv, row {number}" for number in (2, 3, 4)]
    assert [row["result"] for row in again.values()] == ["unchanged", "unchanged", "refused"]
    assert office.organisation("chor").status == "active"


def test_later_tables_build_on_earlier_ones_also_in_a_dry_run(office: Office, table: Path, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("Datum;Uhrzeit;Titel\n5.2.2026;18:00;A\n")
    (tmp_path / "a.csv").write_text("Verein;5.2.2026\nChor;x\n")
    (tmp_path / "p.csv").write_text("Name;Verein;Einwilligung\nAnna;Chor;ja\n")
    files = [str(tmp_path / name) for name in ("s.csv", "a.csv", "p.csv")]
    options = ["--members", str(table), "--meetings", files[0], "--attendance", files[1], "--people", files[2]]

    foreseen = rows(run(*options, "--consent", "2026-11", "--json", "--dry-run"))
    done = rows(run(*options, "--consent", "2026-11", "--json"))

    assert [row["result"] for row in foreseen.values()] == ["new", "new", "refused", "new", "new", "new"]
    assert [row["result"] for row in done.values()] == [
        "created",
        "created",
        "refused",
        "created",
        "created",
        "changed",
    ]


def test_what_the_service_refuses_is_told_with_its_reasons(
    office: Office, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def before_others(_: object) -> Known:
        return Office().known()

    office.members(MEMBERS.rsplit("Falsch")[0])
    monkeypatch.setattr(command, "_known", before_others)

    done = run("--members", str(table), "--json")

    assert done.exit_code == 1
    row = rows(done)["mitglieder.csv, row 2"]
    assert (row["result"], "its status is active" in row["details"][0]) == ("refused", True)


def test_a_file_that_cannot_be_read_is_a_row_and_the_others_go_on(office: Office, table: Path, tmp_path: Path) -> None:
    done = run("--members", str(table), "--meetings", str(tmp_path / "fehlt.csv"), "--json")

    assert done.exit_code == 1
    assert rows(done)[str(tmp_path / "fehlt.csv")]["result"] == "unreadable"
    assert office.organisation("chor").status == "active"


def test_without_a_file_it_says_which_there_are() -> None:
    done = run()

    assert done.exit_code == 2
    assert "--members, --people" in done.stderr


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [(NoAnswerError("Kafka is away"), 3, "run it again"), (KeyboardInterrupt(), 130, "Run the same command again")],
)
def test_what_was_done_before_it_broke_off_is_told(
    office: Office, table: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, said: str
) -> None:
    async def breaks(_: object, __: str, commands: Sequence[Command]) -> AsyncIterator[tuple[int, Outcome]]:
        yield len(commands) - 1, Outcome(request="r", source="s", result="created", at="x")
        raise error

    monkeypatch.setattr(running, "ask_many", breaks)

    done = run("--members", str(table), "--json")

    assert done.exit_code == code
    assert said in " ".join(done.stderr.split())
    assert rows(done)["mitglieder.csv, row 3"]["result"] == "created"
    assert "mitglieder.csv, row 2" not in rows(done)


def test_a_server_that_is_away_is_told_without_its_address_in_a_trace(
    monkeypatch: pytest.MonkeyPatch, table: Path
) -> None:
    async def away(_: object) -> Known:
        raise ConnectionRefusedError

    monkeypatch.setattr(command, "_known", away)

    done = run("--members", str(table))

    assert done.exit_code == 3
    assert "the database: ConnectionRefusedError" in done.stderr
