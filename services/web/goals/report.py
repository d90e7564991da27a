"""The report of the goals as Markdown, for minutes and mails."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from services.web.goals.pages import GoalView, IndicatorView, ReviewView, goal_views, standing
from shared.language import Language
from shared.markdown import escaped

_LAST_VALUES: Final = 6


def goals_markdown(tree: Mapping[str, Any], language: Language, *, today: date, page: str) -> str:
    """The report; ``page``: where it can be read with its charts."""
    goals = goal_views(tree, language)
    title, further = language.gettext("Goals of the alliance"), language.gettext("With charts and the whole history:")
    lines = [
        f"# {escaped(title)}",
        "",
        escaped(language.gettext("As of {date}", date=language.date_range(today, today))),
    ]
    if said := standing(goals, language):
        lines += ["", escaped(said)]
    if not goals:
        lines += ["", escaped(language.gettext("The alliance has not set out any goals yet."))]
    for goal in goals:
        lines += ["", *_goal(goal, 2, language)]
    lines += ["", f"{escaped(further)} <{page}>", ""]
    return "\n".join(lines)


def _goal(goal: GoalView, depth: int, language: Language) -> Iterator[str]:
    heading = f"{goal.label} {goal.key}: {goal.title}"
    if goal.is_retired:
        ended = language.gettext("not pursued any more")
        heading = f"{heading} ({ended})"
    yield f"{'#' * min(depth, 6)} {escaped(heading)}"
    if goal.is_retired and goal.retired_because:
        yield from ("", escaped(goal.retired_because))
    yield from _prose(goal.text)
    if goal.responsible:
        names = ", ".join(name for _, name in goal.responsible)
        label = language.gettext("Responsible:")
        yield from ("", escaped(f"{label} {names}"))
    if goal.indicators:
        yield from _table(goal.indicators, language)
    for indicator in goal.indicators:
        yield from _history(indicator, language)
    for review in goal.reviews:
        yield from _review(review, language)
    for child in goal.children:
        yield ""
        yield from _goal(child, depth + 1, language)


def _table(indicators: tuple[IndicatorView, ...], language: Language) -> Iterator[str]:
    heads = [
        language.gettext("Indicator"),
        language.gettext("At the start"),
        language.gettext("Target"),
        language.gettext("By"),
        language.gettext("Now"),
    ]
    yield from ("", _row(heads), _row(["---"] * len(heads)))
    for one in indicators:
        now = f"{one.value} ({one.progress})" if one.value else one.progress
        yield _row([one.title, one.baseline or "–", one.target, one.due or "–", now])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cell if cell == '---' else escaped(cell) for cell in cells)} |"


def _history(indicator: IndicatorView, language: Language) -> Iterator[str]:
    """The latest values and the targets that were changed."""
    if len(indicator.values) > 1:
        latest = "; ".join(f"{value} ({day})" for day, value, _ in indicator.values[-_LAST_VALUES:])
        said = language.gettext("{indicator}, history: {values}", indicator=indicator.title, values=latest)
        yield from ("", escaped(said))
    if indicator.former:
        before = "; ".join(indicator.former)
        said = language.gettext("{indicator}, earlier targets: {values}", indicator=indicator.title, values=before)
        yield from ("", escaped(said))


def _review(review: ReviewView, language: Language) -> Iterator[str]:
    said = language.gettext("Review of {date}: {judgement}", date=review.day, judgement=review.judgement.label)
    yield from ("", f"**{escaped(said)}**")
    yield from _prose(review.reasons)
    if review.changes:
        yield ""
        yield from (f"- {escaped(change)}" for change in review.changes)


def _prose(text: str | None) -> Iterator[str]:
    """Paragraphs and their lines, as they were written."""
    for paragraph in re.split(r"\n\s*\n", (text or "").replace("\r\n", "\n").strip()):
        lines = [line for line in map(escaped, paragraph.split("\n")) if line]
        if lines:
            yield ""
            yield from (f"{line}\\" for line in lines[:-1])
            yield lines[-1]
