"""The office's pages of meetings: all of them, one with all that belongs to it, the forms for plan and minutes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from markupsafe import Markup

from services.web.calendar.summary import Place, place
from services.web.client import Document, Outcome
from services.web.common import labels as words
from services.web.common.forms import Typed
from services.web.common.frame import HOME, Frame, render_page
from services.web.common.markdown import markdown
from services.web.common.plain_text import safe_link
from services.web.common.times import period_of
from services.web.meetings import form as meeting_form
from shared.language import Language

MEETINGS: Final = f"{HOME}/meetings"
PLAN: Final = f"{MEETINGS}/plan"
_MEMBERS: Final = ("active", "passive")


@dataclass(frozen=True, slots=True)
class Row:
    """A meeting in the list. ``invited``, ``coming``, ``attended``: how many organisations."""

    id: str
    url: str
    title: str
    kind: str
    when: str
    where: Place
    status: str
    invited: int
    coming: int
    attended: int
    has_minutes: bool
    is_public: bool


@dataclass(frozen=True, slots=True)
class Voted:
    """A decision with what is to be said of it besides: item of the agenda, votes."""

    text: str
    note: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting. ``answers``, ``presences``: label, organisations; ``not_invited``: how many members are not yet."""

    row: Row
    version: int
    working_group: str
    agenda: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    unanswered: tuple[str, ...]
    presences: tuple[tuple[str, tuple[str, ...]], ...]
    decisions: tuple[Voted, ...]
    tasks: tuple[tuple[str, str, bool], ...]
    minutes: Markup
    cancelled_because: str
    not_invited: int
    can_attend: bool


@dataclass(frozen=True, slots=True)
class PlanView:
    """The form for a plan. ``is_new``: it is planned for the first time."""

    form: Typed
    is_new: bool
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attending:
    """A row of the attendance: an organisation, its reply in words, what is chosen at first."""

    id: str
    name: str
    url: str
    reply: str
    presence: str


def row(document: Document, language: Language) -> Row:
    """A meeting in the list, as the office sees it."""
    return Row(
        id=document["id"],
        url=f"{MEETINGS}/{document['id']}",
        title=document["title"],
        kind=words.meeting_kinds(language).get(document["kind"], ""),
        when=period_of(document).text(language),
        where=place(document["place"]),
        status=document["status"],
        invited=len(document["invited"]),
        coming=sum(one["reply"] == "yes" for one in document["replies"]),
        attended=sum(one["presence"] in ("present", "online") for one in document["attendance"]),
        has_minutes=document["has_minutes"],
        is_public=document["public"],
    )


def meeting(
    document: Document, text: str, organisations: Sequence[Document], language: Language, today: date
) -> Meeting:
    """One meeting. ``text``: the words of its minutes; ``organisations``: all there are, each with its ``status``."""
    invited = {one["organisation"]["id"]: one["organisation"]["name"] for one in document["invited"]}
    replied = {one["organisation"]["id"] for one in document["replies"]}
    members = {one["id"] for one in organisations if one["status"] in _MEMBERS}
    replies = {code: words.reply(code, language) for code in ("yes", "maybe", "no")}
    return Meeting(
        row=row(document, language),
        version=document["version"],
        working_group=document["working_group"] or "",
        agenda=tuple((item["title"], _papers(item)) for item in document["agenda"]),
        answers=_grouped(document["replies"], "reply", replies),
        unanswered=_in_order(name for id_, name in invited.items() if id_ not in replied),
        presences=_grouped(document["attendance"], "presence", words.presences(language)),
        decisions=tuple(Voted(one["text"], _note(one, language)) for one in document["decisions"]),
        tasks=tuple((one["text"], _whose(one, language), one["done"]) for one in document["tasks"]),
        minutes=markdown(text, level=3, title=document["title"]),
        cancelled_because=document["cancelled_because"] or "",
        not_invited=len(members - invited.keys()),
        can_attend=document["status"] != "cancelled" and meeting_form.is_past_or_today(document, today),
    )


def attending(document: Document, organisations: Sequence[Document], language: Language) -> list[Attending]:
    """The rows of the attendance: all members, and those besides that were invited or are recorded."""
    replies = {one["organisation"]["id"]: one["reply"] for one in document["replies"]}
    besides = {one["organisation"]["id"] for part in ("invited", "attendance") for one in document[part]}
    return [
        Attending(
            id=one["id"],
            name=one["name"],
            url=f"{HOME}/members/{one['id']}",
            reply=words.reply(replies[one["id"]], language) if one["id"] in replies else "",
            presence=meeting_form.presence_before(document, one["id"]),
        )
        for one in organisations
        if one["status"] in _MEMBERS or one["id"] in besides
    ]


def in_words(outcome: Outcome, language: Language) -> str:
    """Why something was not done: what is wrong with the reason for it where that is known, else the problem."""
    label = language.gettext("Reason")
    said = [f"{label}: {one['detail']}" for one in outcome.errors if one["field"] == "reason"]
    return "; ".join(said) or outcome.problem


def render_meetings(
    coming: Sequence[Document], past: Sequence[Document], frame: Frame, following: str | None, language: Language
) -> str:
    """Those to come, the next first, and those of the past, the latest first; ``following``: a cursor of these."""
    return render_page(
        "meetings/office_meetings.html",
        language,
        frame,
        coming=[row(document, language) for document in coming],
        past=[row(document, language) for document in past],
        next_url=f"{MEETINGS}?cursor={following}" if following else None,
        plan=PLAN,
    )


def render_meeting(one: Meeting, frame: Frame, language: Language) -> str:
    """One meeting."""
    return render_page("meetings/office_meeting.html", language, frame, meeting=one, plan=PLAN)


def render_plan(view: PlanView, frame: Frame, language: Language) -> str:
    """The form to plan a meeting, or to change its plan."""
    kinds = [(kind, words.meeting_kinds(language)[kind]) for kind in meeting_form.KINDS]
    return render_page(
        "meetings/office_plan.html",
        language,
        frame,
        view=view,
        form=view.form,
        errors=view.errors,
        kinds=kinds,
        plan=PLAN,
    )


def render_attendance(document: Document, rows: Sequence[Attending], frame: Frame, language: Language) -> str:
    """The form for who took part."""
    return render_page(
        "meetings/office_attendance.html",
        language,
        frame,
        meeting=row(document, language),
        version=document["version"],
        rows=rows,
        presences=list(words.presences(language).items()),
    )


def render_minutes(
    document: Document,
    form: Typed,
    organisations: Sequence[Document],
    frame: Frame,
    language: Language,
    errors: Mapping[str, str],
) -> str:
    """The form for the minutes."""
    return render_page(
        "meetings/office_minutes.html",
        language,
        frame,
        meeting=row(document, language),
        form=form,
        errors=errors,
        numbers=range(meeting_form.rows(form)),
        organisations=[(one["id"], one["name"]) for one in organisations],
    )


def _papers(item: Document) -> tuple[tuple[str, str], ...]:
    return tuple((paper["title"], address) for paper in item["papers"] if (address := safe_link(paper["url"])))


def _grouped(
    given: Iterable[Document], field_name: str, labels: Mapping[str, str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each label the organisations that it is said of."""
    found = list(given)
    groups = (
        (label, _in_order(one["organisation"]["name"] for one in found if one[field_name] == code))
        for code, label in labels.items()
    )
    return tuple((label, names) for label, names in groups if names)


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=str.lower))


def _note(decision: Document, language: Language) -> str:
    said = {
        "item": language.gettext("item {number}", number=decision["item"]),
        "votes_for": language.gettext("{number} in favour", number=decision["votes_for"]),
        "votes_against": language.gettext("{number} against", number=decision["votes_against"]),
        "abstentions": language.gettext("{number} abstained", number=decision["abstentions"]),
    }
    return ", ".join(text for name, text in said.items() if decision[name] is not None)


def _whose(task: Document, language: Language) -> str:
    who = task["organisation"]
    said = str(who["name"]) if who else language.gettext("Coordination office")
    due = words.day(task["due"], language)
    return f"{said}, {language.gettext('by {date}', date=due)}" if due else said
