"""The example goals and papers of the demo, with a year of values, reviews and assents: commands out. No I/O."""

import math
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from deploy.local.example_commands import Data, Known, command, day_of, meeting_days
from deploy.local.example_ids import example_id
from shared.commands.ask import Command
from shared.contracts.members import charter_id, goal_id, goals
from shared.contracts.members.goals import SetGoal

_MONTHS: Final = 12


def set_out(data: Data, known: Known, today: date) -> list[list[Command]]:
    """The goals of each depth; those of one depth need those of the one before.

    A target that a review has changed already stays as the review left it.
    """
    later = today.year - data["history"]["written"]
    reviewed = {
        (one["goal"], target["indicator"]): target
        for one in data["history"]["review"]
        for target in one.get("targets", ())
    }
    return [[_set(goal, known, reviewed, later) for goal in level] for level in data["goals"]]


def year_of_goals(data: Data, known: Known, today: date) -> Iterator[Command]:
    """Entered values, and what retreats have judged; needs the goals and the meetings."""
    ends = month_ends(today)
    for one in data["history"]["value"]:
        for on, value in zip(ends, one["by_month"], strict=True):
            if not math.isnan(value):
                yield command(
                    goals.MEASURE,
                    goals.MeasureIndicator,
                    id=str(goal_id(one["goal"])),
                    indicator=one["indicator"],
                    value=float(value),
                    on=on,
                    note=one.get("note"),
                )
    days, later = meeting_days(data, today), today.year - data["history"]["written"]
    for one in data["history"]["review"]:
        id_, meeting = str(goal_id(one["goal"])), example_id("meeting", one["meeting"])
        goal = known.goals.get(id_)
        if goal and any(review.meeting == meeting for review in goal.reviews):
            continue  # it would be judged twice, as its day is another one now
        targets = [_later(target, later) for target in one.get("targets", ())]
        content = {"judgement": one["judgement"], "reasons": one["reasons"], "targets": targets}
        yield command(goals.REVIEW, goals.ReviewGoal, id=id_, meeting=meeting, on=days[one["meeting"]], **content)


def papers(data: Data, known: Known, today: date) -> Iterator[Command]:
    """Editions that are not there yet, and who agreed to which; needs meetings and members."""
    days = meeting_days(data, today)
    for one in data["charters"]["charter"]:
        id_, editions = str(charter_id(one["kind"])), one["edition"]
        for edition in editions[known.editions.get(one["kind"], 0) :]:
            meeting = edition.get("meeting")
            on = days[meeting] if meeting else day_of(today, edition["in_days"])
            content = {name: edition[name] for name in ("title", "text")}
            content |= {"on": on, "meeting": example_id("meeting", meeting) if meeting else None}
            yield command(goals.ADOPT, goals.AdoptCharter, id=id_, kind=one["kind"], **content)
        for number, names in ((len(editions), one["agreed"]), (1, one["agreed_before"])):
            for organisation in (name for name in names if not known.has_left(name)):
                assent = {"organisation": organisation, "edition": number}
                yield command(goals.ASSENT, goals.AssentToCharter, id=id_, **assent)


def month_ends(today: date) -> list[str]:
    """The last days of the last twelve months that are over, the oldest first."""
    ends = [today.replace(day=1) - timedelta(days=1)]
    while len(ends) < _MONTHS:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return [end.isoformat() for end in reversed(ends)]


def _set(goal: SetGoal, known: Known, reviewed: dict[tuple[str, str], dict[str, Any]], later: int) -> Command:
    indicators = []
    for one in goal.indicators:
        fields = {"target": float(one.target), "due": date.fromisoformat(one.due) if one.due else None}
        if goal.id in known.goals and (target := reviewed.get((goal.key, one.id))):
            fields |= {"target": float(target["target"]), "due": target.get("due")}
        indicators.append(one.model_copy(update=_later(fields, later)))
    return Command(goals.SET, goal.id, goal.model_copy(update={"indicators": tuple(indicators)}))


def _later(fields: dict[str, Any], years: int) -> dict[str, Any]:
    """``fields`` with a term that is so many years later, as a contract takes it."""
    due: date | None = fields.get("due")
    return {**fields, "due": due.replace(year=due.year + years).isoformat() if due else None}
