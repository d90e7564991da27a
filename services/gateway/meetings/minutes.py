"""The minutes of a meeting as Markdown: who took part, what was decided, who does what by when, and the words."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from shared.language import Language
from shared.markdown import escaped

Document = Mapping[str, Any]

_TOOK_PART: Final = ("present", "online", "excused")


def minutes_markdown(meeting: Document, minutes: Document | None, names: Mapping[str, str], language: Language) -> str:
    """The minutes of ``meeting`` (``MeetingFact``) with the words of ``minutes`` (``MinutesFact``), unchanged.

    ``names``: of the organisations that are named in it, by id.
    """
    parts = [
        [f"# {escaped(meeting['title'])}"],
        list(_head(meeting, language)),
        list(_attendance(meeting, names, language)),
        list(_agenda(meeting, language)),
        _section(language.gettext("Further decisions"), _decisions(meeting, None, language)),
        _section(language.gettext("Tasks"), _tasks(meeting, names, language)),
        _words(minutes, language),
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def organisations(meeting: Document) -> list[str]:
    """Ids of the organisations that the minutes of ``meeting`` name."""
    named = {one["organisation"] for part in ("attendance", "tasks") for one in meeting[part]}
    return sorted(named - {None})


def _head(meeting: Document, language: Language) -> Iterator[str]:
    place = meeting["place"] or {}
    town = " ".join(filter(None, (place.get("postal_code"), place.get("municipality"))))
    where = ", ".join(filter(None, (place.get("name"), place.get("street"), town, place.get("online_url"))))
    yield f"- {escaped(_when(meeting, language))}"
    if meeting["working_group"]:
        said = language.gettext("Working group: {name}", name=meeting["working_group"])
        yield f"- {escaped(said)}"
    if where:
        said = language.gettext("Place: {place}", place=where)
        yield f"- {escaped(said)}"
    if meeting["status"] == "cancelled":
        said = language.gettext("Cancelled: {reason}", reason=meeting["cancelled_because"] or "–")
        yield f"- **{escaped(said)}**"


def _when(meeting: Document, language: Language) -> str:
    start, end = _moment(meeting["starts_at"], meeting), _moment(meeting["ends_at"], meeting)
    if end is not None and not isinstance(end, datetime):
        end = date.fromordinal(end.toordinal() - 1)  # the day after the last one
    return language.period(start, end) if start else ""


def _moment(text: str | None, meeting: Document) -> date | None:
    if text is None or len(text) == 10:
        return date.fromisoformat(text) if text else None
    return datetime.fromisoformat(text).astimezone(ZoneInfo(meeting["time_zone"]))


def _attendance(meeting: Document, names: Mapping[str, str], language: Language) -> Iterator[str]:
    labels = {
        "present": language.gettext("Present"),
        "online": language.gettext("Online"),
        "excused": language.gettext("Excused"),
    }
    found: dict[str, list[str]] = {presence: [] for presence in _TOOK_PART}
    for one in meeting["attendance"]:
        if one["presence"] in found:
            found[one["presence"]].append(names.get(one["organisation"], one["organisation"]))
    if any(found.values()):
        yield from _heading(language.gettext("Who took part"))
    for presence, there in found.items():
        if there:
            yield f"- {escaped(labels[presence])} ({len(there)}): {escaped(', '.join(sorted(there, key=str.casefold)))}"


def _agenda(meeting: Document, language: Language) -> Iterator[str]:
    """Each item with its papers and what was decided on it."""
    if meeting["agenda"]:
        yield from _heading(language.gettext("Agenda"))[:1]
    for number, item in enumerate(meeting["agenda"], start=1):
        yield from ("", f"### {number}. {escaped(item['title'])}")
        lines = [f"- [{escaped(paper['title'])}](<{_address(paper['url'])}>)" for paper in item["papers"]]
        lines += _decisions(meeting, number, language)
        if lines:
            yield from ("", *lines)


def _decisions(meeting: Document, item: int | None, language: Language) -> Iterator[str]:
    for decision in meeting["decisions"]:
        if decision["item"] == item:
            text = language.gettext("Decision: {text}", text=decision["text"])
            votes = ", ".join(_votes(decision, language))
            yield f"- **{escaped(text)}**" + (f" ({escaped(votes)})" if votes else "")


def _votes(decision: Document, language: Language) -> Iterator[str]:
    said = {
        "votes_for": language.gettext("{number} in favour", number=decision["votes_for"]),
        "votes_against": language.gettext("{number} against", number=decision["votes_against"]),
        "abstentions": language.gettext("{number} abstained", number=decision["abstentions"]),
    }
    yield from (text for name, text in said.items() if decision[name] is not None)


def _tasks(meeting: Document, names: Mapping[str, str], language: Language) -> Iterator[str]:
    for task in meeting["tasks"]:
        organisation = task["organisation"]
        who = names.get(organisation, organisation) if organisation else language.gettext("Coordination office")
        said = f"{who}: {task['text']}"
        if task["due"]:
            day = date.fromisoformat(task["due"])
            said = language.gettext("{task} (by {date})", task=said, date=language.date_range(day, day))
        yield f"- [{'x' if task['done'] else ' '}] {escaped(said)}"


def _words(minutes: Document | None, language: Language) -> list[str]:
    """The words are Markdown themselves."""
    text = minutes["text"].strip() if minutes else ""
    return [*_heading(language.gettext("Minutes")), text] if text else []


def _section(title: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return [*_heading(title), *found] if found else []


def _heading(title: str) -> list[str]:
    return [f"## {escaped(title)}", ""]


def _address(url: str) -> str:
    """A web address that no angle bracket ends early."""
    return url.replace("<", "%3C").replace(">", "%3E")
