"""What a command tells about each entry of a file or row of a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from shared.calendars.entries import Entry

Outcome = Literal[
    "created", "changed", "unchanged", "withdrawn",  # decided by the service
    "refused",  # decided by the service or the gateway, with reasons
    "pending", "sent",  # taken, not decided yet: over HTTP, over Kafka
    "valid", "new",  # of a dry run: can be taken; would be created
    "unreadable",  # reported by the reader, not sent
    "failed",  # the server broke on it
    "note",  # nothing to send
]  # fmt: skip
DECIDED: Final = frozenset({"created", "changed", "unchanged", "withdrawn", "refused"})
BAD: Final = frozenset({"refused", "unreadable", "failed"})


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one entry. ``resource`` is the path or address where to look, ``details`` the reasons,
    or what was taken but could be said better."""

    source: str
    uid: str | None
    result: Outcome
    resource: str | None = None
    details: tuple[str, ...] = ()
    note: str | None = None

    @property
    def good(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.result not in BAD


Report = Callable[[int, Result], None]


def unsent(entry: Entry) -> Result:
    """The result of an entry that is not sent."""
    outcome: Outcome = "unreadable" if entry.problems else "note"
    return Result(entry.source, entry.uid, outcome, details=entry.problems, note=entry.note)


def reasons(problem: object) -> tuple[str, ...]:
    """The sentences of an RFC 9457 problem, those about single fields first of all."""
    if not isinstance(problem, dict):
        return ()
    fields = _sentences(problem.get("errors"))
    general = [str(problem[name]) for name in ("title", "detail") if problem.get(name)]
    return tuple(fields or [": ".join(general) or "no reason given"])


def notes(outcome: dict[str, Any]) -> tuple[str, ...]:
    """The sentences about what was taken, but could be said better."""
    return tuple(_sentences(outcome.get("notes")))


def _sentences(errors: object) -> list[str]:
    return [
        f"{item.get('field') or 'entry'} {item.get('detail', '')}".strip()
        for item in (errors if isinstance(errors, list) else [])
        if isinstance(item, dict)
    ]
