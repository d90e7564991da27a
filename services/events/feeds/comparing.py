"""What stands in a feed against what stood there the last time: which messages follow, and the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID, uuid5

from services.events import schedule as times
from services.events.domain import Event, Rules, stored_schedule
from shared.clock import rfc3339
from shared.contracts.base import FieldError
from shared.contracts.events import MOST_REFUSED_TOLD, FeedReport, RefusedEntry
from shared.contracts.partner import SUBMIT, WITHDRAW, EventWithdrawal
from shared.contracts.requests import Problem

Fate = Literal["new", "changed", "unchanged", "refused", "gone", "withdrawn"]
MOST_REASONS: Final = 10
EMPTY: Final = FieldError(
    field="url",
    code="feed-empty",
    detail="holds no events, unlike before; if it holds none the next time either, they are withdrawn",
)


@dataclass(frozen=True, slots=True)
class Item:
    """What stands in a feed about one event. ``body``: its submission as JSON; None where ``reasons`` say why not,
    or where it is ``hidden``, as private ones are. ``uid`` None: it cannot be read."""

    place: str
    uid: str | None
    body: bytes | None = None
    fingerprint: bytes = b""
    reasons: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an entry of a feed; the columns of ``feed_entry``."""

    uid: str
    fingerprint: bytes
    revision: int
    message: str
    place: str
    fate: Fate
    refusal: Problem | None = None

    @property
    def there(self) -> bool:
        """Whether it stood in the feed the last time."""
        return self.fate not in ("gone", "withdrawn")


@dataclass(frozen=True, slots=True)
class Send:
    """A message for the partner's topic. ``data``: JSON."""

    kind: str
    uid: str
    id: str
    data: bytes


@dataclass(slots=True)
class Reading:
    """What follows from reading a feed: messages, entries to store, the report. ``is_empty``: see ``Feed``."""

    report: FeedReport
    messages: list[Send] = field(default_factory=list)
    changed: list[Known] = field(default_factory=list)
    is_empty: bool = False


def missing(items: Sequence[Item], known: Mapping[str, Known], *, was_empty: bool) -> dict[str, bool]:
    """The uids that stood in the feed and no longer do: uid → whether the feed hides it on purpose.

    Nothing as long as that is not certain: where an entry's uid cannot be read, or where the feed has turned empty
    and was not so the last time.
    """
    if any(item.uid is None and not item.hidden for item in items) or (not items and not was_empty):
        return {}
    shown = {item.uid for item in items if not item.hidden}
    hidden = {item.uid for item in items if item.hidden}
    return {uid: uid in hidden for uid, entry in known.items() if entry.there and uid not in shown}


def stays(event: Event | None, entry: Known, *, hidden: bool, now: datetime, rules: Rules) -> bool:
    """Whether an entry that is missing changes nothing in the calendar.

    Many feeds drop what is over: that stays. What the calendar never took cannot be taken back.
    """
    if event is None:
        return entry.refusal is not None
    try:
        return not hidden and is_over(event, now, rules)
    except ValueError:  # its times cannot be read any more, and it could not be withdrawn either
        return True


def is_over(event: Event, now: datetime, rules: Rules) -> bool:
    """Whether all of an event lies before ``now``."""
    plan = stored_schedule(event, rules)
    there = plan.at(now)
    if times.goes_on_after(plan, there):
        return False
    # A day more: in all-day events and moved occurrences, days are local.
    found = times.occurrences(plan, "", event.content["status"], there + timedelta(days=1))
    ends = (datetime.fromisoformat(one["ends_at"] or one["starts_at"]) for one in found)
    return all((end if end.tzinfo else end.replace(tzinfo=plan.zone)) <= now for end in ends)


def compare(
    feed: UUID,
    items: Sequence[Item],
    known: Mapping[str, Known],
    gone: Mapping[str, bool],
    now: datetime,
) -> Reading:
    """Decide what follows from ``items``. ``gone``: what is missing, uid → whether it stays in the calendar."""
    report = FeedReport(at=rfc3339(now), status="read", read=len(items))
    reading = Reading(report)
    counts = dict.fromkeys(("new", "changed", "unchanged", "withdrawn", "refused"), 0)
    refused: list[RefusedEntry] = []
    wanted = {item.uid: item for item in items if item.uid is not None and item.body is not None}
    for item in items:
        if item.reasons:
            counts["refused"] += 1
            refused.append(RefusedEntry(entry=item.place, uid=item.uid, reasons=item.reasons[:MOST_REASONS]))
            before = known.get(item.uid or "")
            if before and before.there and before.uid not in wanted:
                _keep(reading, before, replace(before, place=item.place, fate="refused"))
    for uid, item in wanted.items():
        entry = _submitted(feed, uid, item, known.get(uid), reading)
        counts[entry.fate] += 1
        if entry.refusal is not None:
            refused.append(refusal_told(entry.place, uid, entry.refusal))
    for uid, remains in gone.items():
        entry = known[uid]
        if not remains:
            entry = _withdrawn(feed, entry, reading)
            counts["withdrawn"] += 1
        _keep(reading, known[uid], replace(entry, fate="gone" if remains else "withdrawn"))
    reading.is_empty = not items and any(entry.there for entry in known.values()) and not gone
    reading.report = report.model_copy(
        update={
            **counts,
            "problem": EMPTY if reading.is_empty else None,
            "refused_entries": tuple(refused[:MOST_REFUSED_TOLD]),
        }
    )
    return reading


def refusal_told(place: str, uid: str, problem: Problem) -> RefusedEntry:
    """What the report says of an entry that the calendar did not take."""
    errors = problem.errors[:MOST_REASONS]
    reasons = tuple(f"{error.field} {error.detail}".strip() for error in errors) or (problem.title,)
    return RefusedEntry(entry=place, uid=uid, reasons=reasons, errors=errors)


def _submitted(feed: UUID, uid: str, item: Item, before: Known | None, reading: Reading) -> Known:
    if before and before.fate != "withdrawn" and before.fingerprint == item.fingerprint:
        fate: Fate = "refused" if before.refusal else "unchanged"
        entry = replace(before, place=item.place, fate=fate)
        _keep(reading, before, entry)
        return entry
    fate = "changed" if before and before.there else "new"
    revision = before.revision + 1 if before else 1
    # The revision makes that what was withdrawn and comes back as it was is not taken for a repetition.
    message = str(uuid5(feed, f"{revision}\n{uid}\n{item.fingerprint.hex()}"))
    entry = Known(uid, item.fingerprint, revision, message, item.place, fate)
    reading.messages.append(Send(SUBMIT, uid, message, item.body or b""))
    reading.changed.append(entry)
    return entry


def _withdrawn(feed: UUID, entry: Known, reading: Reading) -> Known:
    revision = entry.revision + 1
    message = str(uuid5(feed, f"{revision}\n{entry.uid}\nwithdrawn"))
    data = EventWithdrawal(uid=entry.uid).model_dump_json(exclude_none=True).encode()
    reading.messages.append(Send(WITHDRAW, entry.uid, message, data))
    return replace(entry, revision=revision, message=message, refusal=None)


def _keep(reading: Reading, before: Known, after: Known) -> None:
    if after != before:
        reading.changed.append(after)
