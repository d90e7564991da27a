"""The office's pages of meetings: all of them, one with all that belongs to it, the forms for plan and minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from markupsafe import Markup

from services.gateway.common.documents import Document
from services.gateway.common.http.language import Language
from services.gateway.pages import meeting_form
from services.gateway.pages import member_words as words
from services.gateway.pages.markdown import markdown
from services.gateway.pages.office import Frame, render_page
from services.gateway.pages.office_form import Typed
from services.gateway.pages.office_members import MEETINGS, MEMBERS
from services.gateway.pages.plain_text import safe_link
from services.gateway.pages.summary import Place, place
from services.gateway.pages.times import moments

PLAN: Final = f"{MEETINGS}/plan"


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


def row(fact: Document, language: Language) -> Row:
    """A meeting in the list, from its fact."""
    return Row(
        id=fact["id"],
        url=f"{MEETINGS}/{fact['id']}",
        title=fact["title"],
        kind=words.meeting_kinds(language).get(fact["kind"], ""),
        when=moments(fact).text(language),
        where=place(fact["place"]),
        status=fact["status"],
        invited=len(fact["invited"]),
        coming=sum(one["reply"] == "yes" for one in fact["replies"]),
        attended=sum(one["presence"] in ("present", "online") for one in fact["attendance"]),
        has_minutes=fact["has_minutes"],
        is_public=fact["public"],
    )


def meeting(
    fact: Document, text: str, names: Mapping[str, str], members: Sequence[str], language: Language, today: date
) -> Meeting:
    """One meeting. ``text``: the words of its minutes; ``names``: of organisations; ``members``: ids of all there are.

    Names of organisations stand in their order in ``names``.
    """
    invited = {one["organisation"] for one in fact["invited"]}
    replies = {one["organisation"]: one["reply"] for one in fact["replies"]}
    attended = {one["organisation"]: one["presence"] for one in fact["attendance"]}
    return Meeting(
        row=row(fact, language),
        version=fact["version"],
        working_group=fact["working_group"] or "",
        agenda=tuple((item["title"], _papers(item)) for item in fact["agenda"]),
        answers=_grouped(replies, {code: words.reply(code, language) for code in ("yes", "maybe", "no")}, names),
        unanswered=_named(invited - replies.keys(), names),
        presences=_grouped(attended, words.presences(language), names),
        decisions=tuple(Voted(one["text"], _note(one, language)) for one in fact["decisions"]),
        tasks=tuple((one["text"], _whose(one, names, language), one["done"]) for one in fact["tasks"]),
        minutes=markdown(text, level=3, title=fact["title"]),
        cancelled_because=fact["cancelled_because"] or "",
        not_invited=len(set(members) - invited),
        can_attend=fact["status"] != "cancelled" and meeting_form.is_past_or_today(fact, today),
    )


def attending(fact: Document, organisations: Mapping[str, str], language: Language) -> list[Attending]:
    """The rows of the attendance; ``organisations``: name by id, in their order."""
    replies = {one["organisation"]: one["reply"] for one in fact["replies"]}
    return [
        Attending(
            id=id_,
            name=name,
            url=f"{MEMBERS}/{id_}",
            reply=words.reply(replies[id_], language) if id_ in replies else "",
            presence=meeting_form.presence_before(fact, id_),
        )
        for id_, name in organisations.items()
    ]


def render_meetings(
    coming: Sequence[Document], past: Sequence[Document], frame: Frame, following: str | None, language: Language
) -> str:
    """Those to come, the next first, and those of the past, the latest first; ``following``: a cursor of these."""
    return render_page(
        "office_meetings.html",
        language,
        frame,
        coming=[row(fact, language) for fact in coming],
        past=[row(fact, language) for fact in past],
        next_url=f"{MEETINGS}?cursor={following}" if following else None,
        plan=PLAN,
    )


def render_meeting(one: Meeting, frame: Frame, language: Language) -> str:
    """One meeting."""
    return render_page("office_meeting.html", language, frame, meeting=one, plan=PLAN)


def render_plan(view: PlanView, frame: Frame, language: Language) -> str:
    """The form to plan a meeting, or to change its plan."""
    kinds = [(kind, words.meeting_kinds(language)[kind]) for kind in meeting_form.KINDS]
    return render_page(
        "office_plan.html", language, frame, view=view, form=view.form, errors=view.errors, kinds=kinds, plan=PLAN
    )


def render_attendance(fact: Document, rows: Sequence[Attending], frame: Frame, language: Language) -> str:
    """The form for who took part."""
    return render_page(
        "office_attendance.html",
        language,
        frame,
        meeting=row(fact, language),
        version=fact["version"],
        rows=rows,
        presences=list(words.presences(language).items()),
    )


def render_minutes(
    fact: Document,
    form: Typed,
    organisations: Mapping[str, str],
    frame: Frame,
    language: Language,
    errors: Mapping[str, str],
) -> str:
    """The form for the minutes."""
    return render_page(
        "office_minutes.html",
        language,
        frame,
        meeting=row(fact, language),
        form=form,
        errors=errors,
        numbers=range(meeting_form.rows(form)),
        organisations=list(organisations.items()),
    )


def _papers(item: Document) -> tuple[tuple[str, str], ...]:
    return tuple((paper["title"], address) for paper in item["papers"] if (address := safe_link(paper["url"])))


def _grouped(
    given: Mapping[str, str], labels: Mapping[str, str], names: Mapping[str, str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each label the organisations that it is said of."""
    groups = ((label, {id_ for id_, said in given.items() if said == code}) for code, label in labels.items())
    return tuple((label, _named(ids, names)) for label, ids in groups if ids)


def _named(ids: set[str], names: Mapping[str, str]) -> tuple[str, ...]:
    return (*(name for id_, name in names.items() if id_ in ids), *sorted(ids - names.keys()))


def _note(decision: Document, language: Language) -> str:
    said = {
        "item": language.gettext("item {number}", number=decision["item"]),
        "votes_for": language.gettext("{number} in favour", number=decision["votes_for"]),
        "votes_against": language.gettext("{number} against", number=decision["votes_against"]),
        "abstentions": language.gettext("{number} abstained", number=decision["abstentions"]),
    }
    return ", ".join(text for name, text in said.items() if decision[name] is not None)


def _whose(task: Document, names: Mapping[str, str], language: Language) -> str:
    who = task["organisation"]
    said = names.get(who, who) if who else language.gettext("Coordination office")
    due = words.day(task["due"], language)
    return f"{said}, {language.gettext('by {date}', date=due)}" if due else said
