"""The office's forms for a meeting: its plan, who took part, its minutes; what is typed becomes what is asked for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.web.common.form_times import times, typed_times
from services.web.common.forms import Typed, reason
from shared.contracts.base import FieldError

Document = Mapping[str, Any]

KINDS: Final = ("session", "retreat", "working-group")
PRESENCES: Final = ("present", "online", "excused", "absent")
EMPTY_TASKS: Final = 3
"""So many rows are there for further tasks."""
_MOST_TASKS: Final = 60
_PLACE: Final = {
    "place_name": "name",
    "street": "street",
    "postal_code": "postal_code",
    "municipality": "municipality",
    "online_url": "online_url",
}
_OF_REPLY: Final = {"yes": "present", "no": "excused"}
_ITEM: Final = re.compile(r"(?:TOP|item)\s*(\d{1,2})", re.IGNORECASE)
_VOTES: Final = re.compile(r"(\d{1,5})\s*/\s*(\d{1,5})(?:\s*/\s*(\d{1,5}))?")
_COUNTS: Final = ("votes_for", "votes_against", "abstentions")
_TYPED_AT: Final = {
    "starts_at": "date",
    "ends_at": "ends",
    "place": "place_name",
    **{f"place.{name}": typed for typed, name in _PLACE.items()},
}
_PLAN: Final = ("kind", "title", "working_group", "agenda", "public", "text", "decisions", "tasks")


def plan_from(document: Document) -> Typed:
    """The form that would make this plan, from the meeting as the office sees it."""
    place = document["place"] or {}
    starts_at, ends_at = document["starts_at"], document["ends_at"]
    values = {
        **{name: document[name] or "" for name in ("kind", "title", "working_group")},
        **{name: place.get(of) or "" for name, of in _PLACE.items()},
        **typed_times(starts_at, ends_at, all_day=len(starts_at) == 10),
        "agenda": "\n".join(_agenda_line(item) for item in document["agenda"]),
        "public": "yes" if document["public"] else "",
        "meeting": document["id"],
        "version": str(document["version"]),
    }
    return Typed(values)


def plan(form: Typed, time_zone: str, before: Document | None = None) -> tuple[dict[str, Any], list[FieldError]]:
    """The plan that the form asks for, and what cannot be read in it, by the form's own fields.

    Times are wall-clock times of ``time_zone``. ``before``: the one that is being changed, for what no field shows.
    """
    errors: list[FieldError] = []
    when = times(form, time_zone, errors, before)
    place = {of: form[name] for name, of in _PLACE.items() if form[name]}
    was = (before or {}).get("place") or {}
    if place == {name: was[name] for name in _PLACE.values() if was.get(name)}:
        place = dict(was)
    elif was.get("visibility"):
        place["visibility"] = was["visibility"]
    known = {paper["url"]: paper for item in (before or {}).get("agenda", ()) for paper in item["papers"]}
    fields: dict[str, Any] = {
        "kind": form["kind"] or "session",
        "title": form["title"],
        "working_group": form["working_group"] or None,
        **{name: when[name] for name in ("starts_at", "ends_at", "time_zone") if name in when},
        "place": place or None,
        "agenda": [_agenda_item(line, known) for line in _lines(form["agenda"])],
        "public": bool(form["public"]),
    }
    if not form["title"]:
        errors.append(reason("title", "missing", "is required"))
    return fields, errors


def presence_before(document: Document, organisation: str) -> str:
    """What is chosen for an organisation at first: what is recorded, else what its reply lets expect."""
    for one in document["attendance"]:
        if one["organisation"]["id"] == organisation:
            return str(one["presence"])
    replies = {one["organisation"]["id"]: one["reply"] for one in document["replies"]}
    return "absent" if document["attendance"] else _OF_REPLY.get(replies.get(organisation, ""), "absent")


def attendance(fields: Mapping[str, Sequence[str]], organisations: Sequence[str], before: Document) -> list[Document]:
    """How ``organisations`` took part as the form says; who came for one stays known where it came before."""
    people = {one["organisation"]["id"]: one.get("person") for one in before["attendance"]}
    found: list[Document] = []
    for organisation in organisations:
        sent = fields.get(f"presence-{organisation}")
        if sent:
            person = people.get(organisation)
            more = {"person": person} if person and sent[-1] in ("present", "online") else {}
            found.append({"organisation": organisation, "presence": sent[-1], **more})
    return found


def minutes_from(document: Document) -> Typed:
    """The form that would make these minutes."""
    values = {"text": document["text"], "version": str(document["version"])}
    values["decisions"] = "\n".join(map(_decision_line, document["decisions"]))
    for number, task in enumerate(document["tasks"]):
        values |= {
            f"task-{number}": task["text"],
            f"organisation-{number}": task["organisation"] or "",
            f"due-{number}": task["due"] or "",
            f"done-{number}": "yes" if task["done"] else "",
        }
    return Typed(values)


def minutes(form: Typed) -> dict[str, Any]:
    """The minutes that the form asks for."""
    tasks = [
        {
            "text": form[f"task-{number}"],
            "organisation": form[f"organisation-{number}"] or None,
            "due": form[f"due-{number}"] or None,
            "done": bool(form[f"done-{number}"]),
        }
        for number in range(rows(form))
        if form[f"task-{number}"]
    ]
    return {"text": form["text"], "decisions": [_decision(line) for line in _lines(form["decisions"])], "tasks": tasks}


def rows(form: Typed) -> int:
    """How many rows for tasks the form has: those that are filled, and some more."""
    last = max((number for number in range(_MOST_TASKS) if form[f"task-{number}"]), default=-1)
    return min(last + 1 + EMPTY_TASKS, _MOST_TASKS)


def typed_at(error_field: str) -> str:
    """The form's field that an error belongs to; empty for the form as a whole."""
    while error_field:
        if error_field in _TYPED_AT:
            return _TYPED_AT[error_field]
        if error_field in _PLAN:
            return error_field
        error_field = error_field.rpartition(".")[0]
    return ""


def _agenda_line(item: Document) -> str:
    return " | ".join([item["title"], *(paper["url"] for paper in item["papers"])])


def _agenda_item(line: str, known: Mapping[str, Document]) -> Document:
    """An item with the addresses of its papers, which keep the titles that they have."""
    title, *addresses = (part.strip() for part in line.split("|"))
    papers = [known.get(address) or {"title": title, "url": address} for address in addresses if address]
    return {"title": title, "papers": papers}


def _decision_line(decision: Document) -> str:
    counts = [decision[name] for name in _COUNTS]
    while counts and counts[-1] is None:
        counts.pop()
    votes = "/".join("0" if count is None else str(count) for count in (counts if len(counts) != 1 else [*counts, 0]))
    item = f"TOP {decision['item']}" if decision["item"] is not None else ""
    return "; ".join(part for part in (decision["text"], item, votes) if part)


def _decision(line: str) -> Document:
    """A decision; at the end of its line may stand the item of the agenda and the votes: ``…; TOP 2; 12/1/0``."""
    text, found = line, dict[str, int]()
    while ";" in text:
        rest, _, end = text.rpartition(";")
        item, votes = _ITEM.fullmatch(end.strip()), _VOTES.fullmatch(end.strip())
        if item:
            found["item"] = int(item[1])
        elif votes:
            found |= {name: int(count) for name, count in zip(_COUNTS, votes.groups(), strict=True) if count}
        else:
            break
        text = rest.strip()
    return {"text": text, **found}


def is_past_or_today(document: Document, today: date) -> bool:
    """Whether it can be recorded who took part."""
    return str(document["starts_at"])[:10] <= today.isoformat()


def _lines(text: str) -> Iterator[str]:
    yield from (line.strip() for line in text.split("\n") if line.strip())
