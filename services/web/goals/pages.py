"""The alliance's goals as a report: what it wants, by what it is judged, where it stands and how it was reviewed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from services.web.common import labels as words
from services.web.common.plain_text import paragraphs
from services.web.common.render import render
from services.web.goals.charts import Series, chart, description, measured
from shared.language import Language
from shared.vocabulary import vocabulary

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a review judged; ``code`` as in the contract."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review: ``changes`` are the targets it changed, each as a sentence."""

    day: str
    judgement: Judgement
    reasons: str
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndicatorView:
    """An indicator in words. ``number`` is ``value`` without its unit; both None: not measured yet.

    ``progress``: how far it is from its target; ``values``: day, value and note, oldest first; ``former``: targets
    that were changed, each as a sentence.
    """

    id: str
    title: str
    baseline: str | None
    target: str
    due: str
    value: str | None
    number: str | None
    unit: str | None
    is_reached: bool
    progress: str
    source: str
    series: Series
    values: tuple[tuple[str, str, str], ...]
    former: tuple[str, ...]

    def summary(self, language: Language) -> str:
        """The history in one sentence."""
        return description(self.series, language)

    def picture(self, goal: str, language: Language) -> Markup:
        """The history against the target; ``goal`` is the id of whose it is."""
        return chart(self.series, language, f"chart-{goal}-{self.id}")


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal or measure with all below it; reviews newest first."""

    id: str
    key: str
    level: str
    label: str
    title: str
    text: str | None
    responsible: tuple[tuple[str, str], ...]
    is_retired: bool
    retired_because: str | None
    indicators: tuple[IndicatorView, ...]
    reviews: tuple[ReviewView, ...]
    children: tuple["GoalView", ...]

    def all_indicators(self) -> Iterator[IndicatorView]:
        """Its own and those below it, as far as they are pursued."""
        if not self.is_retired:
            yield from self.indicators
            for child in self.children:
                yield from child.all_indicators()


def goal_views(tree: Document, language: Language) -> tuple[GoalView, ...]:
    """The goals of a ``/v1/goals`` document."""
    return tuple(_goal(node, language) for node in tree["items"])


def standing(goals: Sequence[GoalView], language: Language) -> str:
    """How many targets are reached, as a sentence; empty where nothing is measured."""
    indicators = [indicator for goal in goals for indicator in goal.all_indicators()]
    if not any(indicator.value for indicator in indicators):
        return ""
    reached = sum(indicator.is_reached for indicator in indicators)
    return language.gettext(
        "Targets reached: {reached} of {count}",
        reached=language.number(reached),
        count=language.number(len(indicators)),
    )


def render_goals(tree: Document, language: Language, *, today: date) -> str:
    """The report as a page; ``has_more`` of ``tree``: there are goals that are not pursued any more, not shown."""
    return render(
        "goals/goals.html",
        language,
        goals=goal_views(tree, language),
        has_more=tree.get("has_more", False),
        standing=standing,
        today=today,
        paragraphs=paragraphs,
        where="goals",
        canonical="/goals",
    )


def indicator_chart(node: Document, indicator: str, language: Language) -> Markup | None:
    """The picture of one indicator of a goal alone, None where the goal has none of this id."""
    for given in node["indicators"]:
        if given["id"] == indicator:
            return chart(_series(given), language, f"chart-{indicator}")
    return None


def _goal(node: Document, language: Language) -> GoalView:
    titles = {indicator["id"]: indicator for indicator in node["indicators"]}
    return GoalView(
        id=node["id"],
        key=node["key"],
        level=node["level"],
        label=_level(node["level"], language),
        title=node["title"],
        text=node.get("text"),
        responsible=tuple((organisation["id"], organisation["name"]) for organisation in node["responsible"]),
        is_retired=node["status"] == "retired",
        retired_because=node.get("retired_because"),
        indicators=tuple(_indicator(indicator, language) for indicator in node["indicators"]),
        reviews=tuple(_review(review, titles, language) for review in reversed(node["reviews"])),
        children=tuple(_goal(child, language) for child in node["children"]),
    )


def _indicator(given: Document, language: Language) -> IndicatorView:
    unit, value = given.get("unit"), given.get("value")
    is_reached, progress = _progress(given, language)
    return IndicatorView(
        id=given["id"],
        title=given["title"],
        baseline=None if given.get("baseline") is None else measured(given["baseline"], unit, language),
        target=measured(given["target"], unit, language),
        due=words.day(given.get("due"), language),
        value=None if value is None else measured(value, unit, language),
        number=None if value is None else language.number(value),
        unit=unit,
        is_reached=is_reached,
        progress=progress,
        source=_source(given, language),
        series=_series(given),
        values=tuple(
            (words.day(one["on"], language), measured(one["value"], unit, language), one.get("note") or "")
            for one in given["values"]
        ),
        former=tuple(_former(one, unit, language) for one in given["former_targets"]),
    )


def _series(given: Document) -> Series:
    values = sorted((date.fromisoformat(one["on"]), one["value"]) for one in given["values"])
    former = sorted((date.fromisoformat(one["until"]), one["target"]) for one in given["former_targets"])
    return Series(
        title=given["title"],
        unit=given.get("unit"),
        values=values,
        target=given["target"],
        due=date.fromisoformat(given["due"]) if given.get("due") else None,
        baseline=given.get("baseline"),
        former_targets=former,
    )


def _progress(given: Document, language: Language) -> tuple[bool, str]:
    """Whether the target is reached, and how far it is; a target below the start is reached from above."""
    value, target, start = given.get("value"), given["target"], given.get("baseline")
    if value is None:
        return False, language.gettext("not measured yet")
    falls = start is not None and target < start
    if value <= target if falls else value >= target:
        return True, language.gettext("target reached")
    missing = measured(abs(target - value), given.get("unit"), language)
    if falls:
        return False, language.gettext("{missing} above the target", missing=missing)
    return False, language.gettext("{missing} to go", missing=missing)


def _former(given: Document, unit: str | None, language: Language) -> str:
    return language.gettext(
        "{target} until {date}",
        target=measured(given["target"], unit, language),
        date=words.day(given["until"], language),
    )


def _review(given: Document, indicators: Mapping[str, Document], language: Language) -> ReviewView:
    return ReviewView(
        day=words.day(given["on"], language),
        judgement=Judgement(given["judgement"], _judgement(given["judgement"], language)),
        reasons=given["reasons"],
        changes=tuple(
            _change(one, indicators.get(one["indicator"]), given["on"], language) for one in given["targets"]
        ),
    )


def _change(given: Document, indicator: Document | None, on: str, language: Language) -> str:
    """A changed target, with what it was before where that is known."""
    unit = indicator.get("unit") if indicator else None
    said = {
        "indicator": indicator["title"] if indicator else given["indicator"],
        "target": measured(given["target"], unit, language),
    }
    former = next((one for one in indicator["former_targets"] if one["until"] == on), None) if indicator else None
    if former and former["target"] != given["target"]:
        before = measured(former["target"], unit, language)
        text = language.gettext("{indicator}: target {target} instead of {before}", before=before, **said)
    else:
        text = language.gettext("{indicator}: target {target}", **said)
    day = words.day(given.get("due"), language)
    return language.gettext("{target} by {date}", target=text, date=day) if day else text


def _level(level: str, language: Language) -> str:
    labels = {
        "guiding": language.gettext("Guiding goal"),
        "intermediate": language.gettext("Intermediate goal"),
        "measure": language.gettext("Measure"),
    }
    return labels.get(level, level)


def _judgement(code: str, language: Language) -> str:
    labels = {
        "reached": language.gettext("Reached"),
        "on-track": language.gettext("On track"),
        "at-risk": language.gettext("At risk"),
        "missed": language.gettext("Missed"),
    }
    return labels.get(code, code)


def _source(given: Document, language: Language) -> str:
    """Where an indicator's values come from."""
    counted = given.get("counted") or given.get("referrals")
    if not counted:
        return language.gettext("Entered by the coordination office")
    things = {
        "events": language.gettext("events held"),
        "members": language.gettext("members"),
        "active-members": language.gettext("active members"),
        "meetings": language.gettext("meetings"),
        "attendance": language.gettext("members taking part in a meeting, on average"),
        "contributions": language.gettext("contributions"),
        "trainings": language.gettext("trainings"),
        "multipliers": language.gettext("multipliers"),
        "municipalities": language.gettext("municipalities with an event"),
        "accepted": language.gettext("requests for help that members accepted"),
        "promises-kept": language.gettext("requests for help that were answered as promised, in percent"),
    }
    periods = {
        "year": language.gettext("this calendar year"),
        "twelve-months": language.gettext("in twelve months"),
        "ever": language.gettext("in total"),
    }
    said = [things.get(counted["what"], str(counted["what"]))]
    if counted.get("topic"):
        said.append(language.gettext("topic {topic}", topic=vocabulary().label(counted["topic"], language.code)))
    # Members and multipliers are counted as they are now, whatever the period.
    if counted["what"] not in ("members", "active-members", "multipliers"):
        said.append(periods.get(counted["period"], str(counted["period"])))
    return language.gettext("Counted from the log: {what}", what=", ".join(said))
