"""The alliance's rules are data: read once, when the service starts."""

import tomllib
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from services.members.domain.activity import activity_rule
from services.members.domain.state import Rules

DEFAULT: Final = Path(__file__).parent / "data" / "rules.toml"


class RulesError(ValueError):
    """The file of rules cannot be used; the text says why."""


def read_rules(file: str | None, time_zone: str) -> Rules:
    """The rules in ``file`` (None: those of the first alliance), for an alliance in ``time_zone`` (IANA name).

    Raises:
        RulesError: the file is missing, no TOML, or lacks something.
    """
    path = Path(file) if file else DEFAULT
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Rules(ZoneInfo(time_zone), activity_rule(data["activity"]))
    except KeyError as error:
        raise RulesError(f"{path}: {error.args[0]} is missing") from None
    except (OSError, tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise RulesError(f"{path}: {error}") from None
