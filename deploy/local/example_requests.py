"""The demo's example requests and worries as what happens in a year, the oldest first: commands out. No I/O."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, NamedTuple
from zlib import crc32
from zoneinfo import ZoneInfo

from deploy.local.example_ids import example_id
from shared.contracts.base import Contract
from shared.contracts.referrals import answers, asking, concerns, office

Data = dict[str, Any]
CONSENT: Final = "2026-11"
_OPENS: Final = time(8)
_MINUTES_OPEN: Final = 11 * 60
_YEAR: Final = 365
_WEEK: Final = 7


class Happening(NamedTuple):
    """What somebody asked or did, and when."""

    at: datetime
    command: Contract


def year_of(data: Data, now: datetime, zone: ZoneInfo) -> list[Happening]:
    """All that has happened until ``now`` (aware), the oldest first."""
    found = [one for example in data["referral"] for one in _request(example, now, zone)]
    found += [one for example in data["concern"] for one in _worry(example, now, zone)]
    found += [one for often in data["often"] for example in _repeated(often) for one in _worry(example, now, zone)]
    return sorted(found, key=lambda one: one.at)


def ids_of(happenings: Sequence[Happening]) -> set[str]:
    """The requests and worries that they are about."""
    return {one.command.id for one in happenings}  # type: ignore[attr-defined]  # every command names its aggregate


def _request(example: Data, now: datetime, zone: ZoneInfo) -> Iterator[Happening]:
    """Somebody asks, and what became of it."""
    key, days = example["key"], example["days"]
    at = _moment(now, days, key, zone)
    yield Happening(at, _submission(example, now.astimezone(zone).date()))
    for number, text in enumerate(example.get("then", ())):
        after, _, step = text.partition(" ")
        # One after the other, also where two are of the same day.
        at = max(at + timedelta(minutes=1), _moment(now, days - int(after), f"{key}:{number}", zone))
        yield Happening(at, _step(example_id("referrals", key), step))


def _worry(example: Data, now: datetime, zone: ZoneInfo) -> Iterator[Happening]:
    """Somebody writes what worries them; the office may have cared for it."""
    key, days = example["key"], example["days"]
    id_, at = example_id("concerns", key), _moment(now, days, key, zone)
    content = {"ags": example["ags"], "topics": tuple(example["topics"]), "flags": tuple(example.get("flags", ()))}
    yield Happening(at, concerns.SubmitConcern(id=id_, text=example["text"], **content))
    if "settled" in example:
        settled_at = max(at + timedelta(minutes=20), _moment(now, days - example["settled"], f"{key}:settled", zone))
        yield Happening(settled_at, concerns.SettleConcern(id=id_))


def _repeated(often: Data) -> Iterator[Data]:
    """A year of worries that come again and again, some days none and some days several."""
    texts, name = often["texts"], "-".join((often["ags"], *often["topics"]))
    rising = often.get("rising", {"days": 0, "a_week": 0.0})
    number = 0
    for days in range(_YEAR, 0, -1):
        a_day = (rising if days <= rising["days"] else often)["a_week"] / _WEEK
        for _ in range(_how_many(a_day, f"{name}:{days}")):
            number += 1
            text = texts[number % len(texts)]
            yield {"key": f"{name}:{number}", "days": days, "text": text, **{k: often[k] for k in ("ags", "topics")}}


def _how_many(a_day: float, key: str) -> int:
    """How many there are on one day, where there are so many on all days alike."""
    whole = int(a_day)
    return whole + (_spread(key, 1_000) < (a_day - whole) * 1_000)


def _moment(now: datetime, days: int, key: str, zone: ZoneInfo) -> datetime:
    """So many days before ``now``, at a time of day by which keys differ; what is of today lies just behind."""
    if days == 0:
        return now - timedelta(minutes=10 + _spread(key, 20))
    day = now.astimezone(zone).date() - timedelta(days=days)
    return datetime.combine(day, _OPENS, zone) + timedelta(minutes=_spread(key, _MINUTES_OPEN))


def _spread(key: str, below: int) -> int:
    """A number below ``below``, the same each time, by which keys differ."""
    return crc32(key.encode()) % below


def _submission(example: Data, today: date) -> asking.SubmitReferral:
    """What somebody asks."""
    name = example.get("name")
    contact = asking.Contact(name=name, email=f"{example['key']}@example.org") if name else None
    said: Data = {field: example[field] for field in ("message", "availability", "by", "may_wait") if field in example}
    if "occasion" in example:
        on = (today + timedelta(days=example["occasion"]["in_days"])).isoformat()
        said["occasion"] = asking.Occasion(on=on, what=example["occasion"]["what"])
    return asking.SubmitReferral(
        id=example_id("referrals", example["key"]),
        kind=example["kind"],
        ags=example["ags"],
        topics=tuple(example.get("topics", ())),
        languages=tuple(example.get("languages", ())),
        contact=contact,
        consent=CONSENT if contact else None,
        consent_by="telephone" if example.get("by") == "office" else "form",
        **said,
    )


def _step(id_: str, step: str) -> Contract:
    """What somebody did: ``accept``, ``decline no-capacity``, ``ask-back Wann?``, ``assign NETWORK``, ``well`` …"""
    word, _, rest = step.partition(" ")
    match word:
        case "cancel":
            return asking.CancelReferral(id=id_)
        case "reopen":
            return asking.ReopenReferral(id=id_)
        case "reply":
            return asking.ReplyToQuestion(id=id_, message=rest)
        case "well" | "partly" | "nobody-called":
            return asking.EvaluateReferral(id=id_, went=word, comment=rest or None)
        case "hold":
            return office.HoldReferral(id=id_)
        case "assign":
            return office.AssignReferral(id=id_, network=rest)
        case "close":
            return office.CloseReferral.model_validate({"id": id_, "because": rest})
        case "decline" | "give-back":
            return answers.AnswerReferral.model_validate({"id": id_, "answer": word, "reason": rest})
        case _:
            return answers.AnswerReferral.model_validate({"id": id_, "answer": word, "note": rest or None})
