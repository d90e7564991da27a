"""Who helps at once where something cannot wait: data of the alliance."""

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.referrals.concerns import Flag
from shared.data import data_file

_FILE: Final = "help_lines.toml"


class HelpLine(BaseModel):
    """A number to call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    phone: str
    hours: str | None = Field(None, description="When somebody answers.")


class _Line(HelpLine):
    flags: tuple[Flag, ...]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    line: tuple[_Line, ...]


def read_lines(file: Path) -> tuple[_Line, ...]:
    """The lines of a TOML file like ``shared/data/help_lines.toml``.

    Raises:
        OSError, tomllib.TOMLDecodeError, pydantic.ValidationError: it cannot be read.
    """
    return _File.model_validate(tomllib.loads(file.read_text(encoding="utf-8"))).line


@cache
def help_lines() -> tuple[_Line, ...]:
    """The lines in ``HELP_LINES_FILE``, or those of the first alliance; errors as ``read_lines``."""
    return read_lines(data_file("HELP_LINES_FILE", _FILE))


def lines_for(flags: Iterable[str]) -> list[dict[str, str | None]]:
    """Whom to call where a text has these flags, in the order of the file; none without flags."""
    wanted = set(flags)
    return [
        {"name": one.name, "phone": one.phone, "hours": one.hours} for one in help_lines() if wanted & set(one.flags)
    ]
