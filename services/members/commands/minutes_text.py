"""Minutes as Markdown: decisions and tasks are read from their lists, and written out as they can be read again.

Under a heading ``Beschlüsse`` (or ``Decisions``) each entry of a list is a decision; votes may follow in brackets,
``(Ja 12, Nein 1, Enthaltung 2)``, ``(12/1/2)`` or ``(TOP 3)``. Under ``Aufgaben`` (or ``Tasks``) each is a task,
``- [x]`` if it is done; in brackets who takes it on and until when, ``(buntes-zwickau, bis 31.12.2026)``. Everything
else is the text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shared.contracts.members.meetings import Decision, MeetingFact, Task
from shared.tables.times import UnclearTimeError, span

_HEADING: Final = re.compile(r"#{1,6}\s+(?P<title>.*?)\s*#*\s*")
_ENTRY: Final = re.compile(r"\s{0,3}(?:[-*+]|\d{1,2}[.)])\s+(?:\[(?P<done>[ xX])\]\s+)?(?P<text>\S.*)")
_DECISIONS: Final = re.compile(r"beschl(ü|ue)sse|decisions", re.IGNORECASE)
_TASKS: Final = re.compile(r"aufgaben|tasks", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\s*\((?P<inside>[^()]*)\)\s*$")
_VOTES: Final = re.compile(r"(\d+)\s*[/:]\s*(\d+)(?:\s*[/:]\s*(\d+))?")
_COUNT: Final = re.compile(
    r"(?P<what>ja|dafür|yes|nein|dagegen|no|enthaltung(?:en)?|abstentions?)\s*:?\s*(?P<number>\d+)", re.IGNORECASE
)
_COUNT_BEFORE: Final = re.compile(
    r"(?P<number>\d+)\s*(?:x\s*)?(?P<what>ja|dafür|yes|nein|dagegen|no|enthaltung(?:en)?|abstentions?)", re.IGNORECASE
)
_ITEM: Final = re.compile(r"(?:TOP|item)\s*(\d{1,2})", re.IGNORECASE)
_FOR: Final = frozenset({"ja", "dafür", "yes"})
_AGAINST: Final = frozenset({"nein", "dagegen", "no"})


@dataclass(frozen=True, slots=True)
class Minutes:
    """What minutes hold, as the contract takes it: ``text`` without the two lists, decisions, tasks."""

    text: str
    decisions: tuple[dict[str, Any], ...] = ()
    tasks: tuple[dict[str, Any], ...] = ()


def read_minutes_text(markdown: str) -> Minutes:
    """Take minutes apart."""
    text: list[str] = []
    decisions: list[dict[str, Any]] = []
    tasks: list[dict[str, Any]] = []
    section = ""
    for line in markdown.replace("\r\n", "\n").split("\n"):
        if heading := _HEADING.fullmatch(line):
            title = heading["title"].strip(" :")
            section = "decisions" if _DECISIONS.fullmatch(title) else "tasks" if _TASKS.fullmatch(title) else ""
            if section:
                continue
        entry = _ENTRY.fullmatch(line) if section else None
        if entry is None:
            if not section or line.strip():
                text.append(line)
        elif section == "decisions":
            decisions.append(_decision(entry["text"].strip()))
        else:
            tasks.append(_task(entry["text"].strip(), done=(entry["done"] or " ") in "xX"))
    return Minutes("\n".join(text).strip() + "\n", tuple(decisions), tuple(tasks))


def write_minutes(fact: MeetingFact, text: str) -> str:
    """The minutes of a meeting as Markdown that ``read_minutes_text`` reads."""
    parts = [text.strip()]
    if fact.decisions:
        parts.append("\n".join(["## Beschlüsse", "", *map(_decision_line, fact.decisions)]))
    if fact.tasks:
        parts.append("\n".join(["## Aufgaben", "", *map(_task_line, fact.tasks)]))
    return "\n\n".join(part for part in parts if part) + "\n"


def _decision(entry: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    while brackets := _BRACKETS.search(entry):
        inside = brackets["inside"]
        counts = dict(_counts(inside))
        if votes := _VOTES.fullmatch(inside.strip()):
            names = ("votes_for", "votes_against", "abstentions")
            counts = {name: int(number) for name, number in zip(names, votes.groups(), strict=True) if number}
        if item := _ITEM.search(inside):
            counts["item"] = int(item[1])
        if not counts:
            break
        found |= counts
        entry = entry[: brackets.start()]
    return {"text": entry, **found}


def _counts(inside: str) -> Iterator[tuple[str, int]]:
    pattern = _COUNT_BEFORE if re.match(r"\s*\d", inside) else _COUNT
    for count in pattern.finditer(inside):
        what = count["what"].lower()
        name = "votes_for" if what in _FOR else "votes_against" if what in _AGAINST else "abstentions"
        yield name, int(count["number"])


def _task(entry: str, *, done: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"text": entry, "done": done}
    brackets = _BRACKETS.search(entry)
    if brackets is None:
        return found
    for part in filter(None, (part.strip() for part in brackets["inside"].split(","))):
        until = re.sub(r"^(?:bis|until|by)\s+(?:zum\s+)?", "", part, flags=re.IGNORECASE)
        try:
            due = span(until).start.day
        except UnclearTimeError:
            due = None
        if due is not None:
            found["due"] = due.isoformat()
        elif re.fullmatch(r"[a-z0-9-]{3,40}", part):
            found["organisation"] = part
        else:
            return {"text": entry, "done": done}  # brackets that mean something else belong to the text
    return found | {"text": entry[: brackets.start()]}


def _decision_line(decision: Decision) -> str:
    votes = (("Ja", decision.votes_for), ("Nein", decision.votes_against), ("Enthaltung", decision.abstentions))
    said = [f"{word} {number}" for word, number in votes if number is not None]
    said = [*([f"TOP {decision.item}"] if decision.item else []), *said]
    return f"- {decision.text}{_bracketed(said)}"


def _task_line(task: Task) -> str:
    said = [*([task.organisation] if task.organisation else []), *([f"bis {task.due}"] if task.due else [])]
    return f"- [{'x' if task.done else ' '}] {task.text}{_bracketed(said)}"


def _bracketed(said: Sequence[str]) -> str:
    return f" ({', '.join(said)})" if said else ""
