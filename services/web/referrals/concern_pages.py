"""Pages about worries as HTML: pure functions of what the interface says."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from services.web.client import Document, segment
from services.web.common import labels
from services.web.common.forms import Typed
from services.web.common.frame import HOME, Frame, render_page
from services.web.common.render import render
from services.web.referrals import coming, pages
from services.web.referrals.trend_charts import WeekBar, chart
from shared.language import Language
from shared.vocabulary import vocabulary

WRITE: Final = "/worries"
CONCERNS: Final = "/concerns"
BOARD: Final = f"{HOME}/concerns"
TRENDS: Final = f"{BOARD}/trends"


def address_of(token: str) -> str:
    """The page of a worry."""
    return f"{CONCERNS}/{segment(token)}"


def render_write(form: Typed, proposed: Document | None, language: Language, *, key: str, problem: str = "") -> str:
    """The form; with ``proposed`` the topics are ticked that the text may be about, each with the words that led to
    it."""
    words = {one["topic"]: ", ".join(one["words"]) for one in proposed["items"]} if proposed else {}
    ticked = form.several.get("topics") or tuple(words)
    return render(
        "referrals/worry.html",
        language,
        form=form,
        errors={},
        key=key,
        problem=problem,
        is_read=proposed is not None,
        flags=proposed["flags"] if proposed else [],
        topics=[
            (slug, label, words.get(slug, ""), slug in ticked) for slug, label in labels.topic_choices(words, language)
        ],
        where="help",
        canonical="" if proposed or form["place"] else WRITE,
    )


def render_concern(found: Document, address: str, language: Language, *, key: str) -> str:
    """What one wrote, whom to call where it cannot wait, and what is coming up nearby."""
    return render(
        "referrals/concern.html",
        language,
        one=found,
        address=address,
        key=key,
        coming=coming.listed(found, language),
        topics=[vocabulary().label(slug, language.code) for slug in found["topics"]],
        topic_slugs=found["topics"],
        where="help",
        canonical="",
    )


def render_board(found: Document, frame: Frame, language: Language, *, waiting: bool) -> str:
    """Worries as the office reads them."""
    return render_page(
        "referrals/office_concerns.html",
        language,
        frame,
        board=BOARD,
        waiting=waiting,
        rows=[_row(one, language) for one in found["items"]],
        following=found["next"],
    )


def render_trends(found: Sequence[Document], frame: Frame, language: Language) -> str:
    """Which worries become more, with a picture of the last year for each."""
    apart = {one["topic"] for one in found if one["area"]["code"]}
    return render_page(
        "referrals/office_trends.html",
        language,
        frame,
        board=BOARD,
        table=f"{TRENDS}.csv",
        rows=[_trend(one, number, language, is_rest=one["topic"] in apart) for number, one in enumerate(found)],
    )


def _trend(one: Document, number: int, language: Language, *, is_rest: bool) -> Document:
    """``is_rest``: whether another area of the topic is looked at for itself."""
    since = date.fromisoformat(one["since"]) if one["since"] else None
    weeks = [
        WeekBar(
            monday=(monday := date.fromisoformat(week["week"])),
            number=week["number"],
            usual=week["usual"],
            rises=since is not None and monday >= since,
        )
        for week in one["weeks"]
    ]
    title = f"{vocabulary().label(one['topic'], language.code)} · {_area(one['area'], language, is_rest=is_rest)}"
    return {
        "title": title,
        "rising": one["rising"],
        "since": language.date_range(since, since) if since else "",
        "times": language.number(one["times"]) if one["times"] and one["times"] > 1 else "",
        "chart": chart(title, weeks, language, f"trend-{number}") if weeks else "",
        "weeks": [
            (
                language.date_range(week.monday, week.monday),
                language.gettext("fewer than five") if week.number is None else language.number(week.number),
                "" if week.usual is None else language.number(week.usual),
            )
            for week in reversed(weeks)
        ],
    }


def _area(area: Document, language: Language, *, is_rest: bool) -> str:
    if area["name"] or area["code"]:
        return area["name"] or language.gettext("other places of the district")
    return language.gettext("all other places") if is_rest else language.gettext("everywhere")


def _row(one: Document, language: Language) -> Document:
    flags = {
        "threat": language.gettext("Threat or violence"),
        "crisis": language.gettext("At the end of their strength"),
        "emergency": language.gettext("Help is needed now"),
    }
    return {
        "id": one["id"],
        "url": f"{BOARD}/{one['id']}",
        "version": one["version"],
        "text": one["text"],
        "flags": [flags[flag] for flag in one["flags"]],
        "is_waiting": bool(one["flags"]) and one["settled_at"] is None,
        "where": one["place"]["name"] if one["place"] else "",
        "topics": [vocabulary().label(slug, language.code) for slug in one["topics"]],
        "day": pages.moment_day(one["created_at"], language),
    }
