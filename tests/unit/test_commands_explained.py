"""Every command of ``buendnisbus`` explains itself: what it is for, what it takes, and each of its options."""

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from deploy.cli import app

ROOT: Any = typer.main.get_command(app)


def below(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """A command with all that are below it, each with its path."""
    yield path, command
    for name, one in getattr(command, "commands", {}).items():
        yield from below(one, (*path, name))


COMMANDS = {" ".join(path): command for path, command in below(ROOT)}
each_command = pytest.mark.parametrize("path", list(COMMANDS))


def test_there_are_commands_for_partners_operators_and_the_office() -> None:
    expected = {"publish", "partner add", "feeds poll", "topics diff", "keys create", "dead-letters redrive", "migrate"}
    expected |= {"members people erase", "members goals report", "referrals concerns settle", "referrals new"}
    assert expected <= COMMANDS.keys()


@each_command
def test_every_command_explains_itself(
    path: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as ended:
        ROOT(args=[*path.split(), "--help"], prog_name="buendnisbus")
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert f"Usage: buendnisbus {path}".strip() in shown


@each_command
def test_what_a_command_is_for_and_what_each_option_is_for_is_said(path: str) -> None:
    command = COMMANDS[path]
    assert command.help
    assert [one.name for one in command.params if one.param_type_name == "option" and not one.help] == []


@pytest.mark.parametrize("path", [path for path in COMMANDS if path.startswith(("members ", "referrals "))])
def test_what_the_office_asks_for_can_be_had_as_json(path: str) -> None:
    command = COMMANDS[path]
    options = {one for parameter in command.params for one in parameter.opts}
    assert hasattr(command, "commands") or "--json" in options
