"""The office's pages of members: what waits, all of them, one with its history, the form for an entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from services.web.client import Document, Outcome
from services.web.common import labels as words
from services.web.common.forms import Typed
from services.web.common.frame import HOME, Frame, render_page
from services.web.members import pages as members
from services.web.members.pages import Member
from shared.language import Language
from shared.places import DISTRICT, places

MEMBERS: Final = f"{HOME}/members"
ALL_MEMBERS: Final = f"{HOME}/all-members"
NEW_MEMBER: Final = f"{HOME}/new-member"
STANDINGS: Final = ("applied", "active", "passive", "declined", "left")
_MEMBERS_NOW: Final = ("active", "passive")
_PERIODS_AT_ONCE: Final = 3


@dataclass(frozen=True, slots=True)
class Standing:
    """An organisation as the office reads it. ``entry``: as everyone may read it; dates in words, empty for none.

    ``because`` and ``unless``: what the activity says, and what would change that; ``until``: for how long it is active
    if nothing happens. ``is_proposed``: the activity says passive and waits for the office. ``reasons``: why its
    status is what it is.
    """

    entry: Member
    url: str
    version: int
    status: str
    label: str
    is_member: bool
    is_proposed: bool
    is_listed: bool
    capacity: str
    applied: str
    admitted: str
    decision: str
    left: str
    declined_because: str
    confirmed: str
    because: tuple[str, ...]
    unless: tuple[str, ...]
    until: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contribution with what can be decided about it; ``by`` reported it for ``organisation``."""

    id: str
    url: str
    version: int
    title: str
    kind: str
    day: str
    status: str
    label: str
    organisation: str
    member_url: str
    by: str
    declined_because: str


@dataclass(frozen=True, slots=True)
class History:
    """What the office knows of one member besides its entry: people, periods of activity, meetings, contributions."""

    people: Sequence[Document] = ()
    meetings: Sequence[Mapping[str, Any]] = ()
    contributions: Sequence[Document] = ()
    admitted_in: str = ""


@dataclass(frozen=True, slots=True)
class EntryView:
    """The form for an entry. ``member``: the id of the one that is changed, empty for an application."""

    form: Typed
    member: str = ""
    circles: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the list of all: a status, part of a name; empty for all."""

    status: str = ""
    text: str = ""

    def url(self, **changed: str) -> str:
        """The list, asked differently."""
        asked = {"status": self.status, "q": self.text} | changed
        pairs = {name: value for name, value in asked.items() if value}
        return f"{ALL_MEMBERS}?{urlencode(pairs)}" if pairs else ALL_MEMBERS


def standing(fact: Document, language: Language, today: date) -> Standing:
    """How an organisation stands, from the office's document of it."""
    activity, admission, confirmation = fact["activity"] or {}, fact["admission"] or {}, fact["confirmation"] or {}
    return Standing(
        entry=members.member(fact, language, today),
        url=f"{MEMBERS}/{fact['id']}",
        version=fact["version"],
        status=fact["status"],
        label=words.standing(fact["status"], language),
        is_member=fact["status"] in _MEMBERS_NOW,
        is_proposed=bool(fact["proposed"]),
        is_listed=fact["listed"],
        capacity="" if fact["capacity"] is None else language.number(fact["capacity"]),
        applied=words.day(fact["applied_on"], language),
        admitted=words.day(admission.get("on"), language),
        decision=admission.get("decision") or "",
        left=words.day(fact["left_on"], language),
        declined_because=fact["declined_because"] or "",
        confirmed=_confirmed(confirmation, language),
        because=tuple(activity.get("reasons", ())),
        unless=tuple(activity.get("unless", ())),
        until=words.day(activity.get("until"), language),
        reasons=tuple(fact["reasons"]),
    )


def contribution(fact: Document, names: Mapping[str, str], language: Language) -> Contribution:
    """A contribution from its fact; ``names``: of organisations, by id."""
    organisation, by = fact["organisation"], fact["reported_by"]
    return Contribution(
        id=fact["id"],
        url=f"{HOME}/contributions/{fact['id']}",
        version=fact["version"],
        title=fact["title"],
        kind=words.contribution_kind(fact["kind"], language),
        day=words.day(fact["on"], language),
        status=fact["status"],
        label=words.contribution_status(fact["status"], language),
        organisation=names.get(organisation, organisation),
        member_url=f"{MEMBERS}/{organisation}",
        by=language.gettext("Coordination office") if by == "office" else names.get(by, by),
        declined_because=fact["declined_because"] or "",
    )


def in_words(outcome: Outcome, language: Language) -> str:
    """Why something was not done: what is wrong with which field where that is known, else the problem."""
    labels = {
        "on": language.gettext("Date"),
        "reason": language.gettext("Reason"),
        "year": language.gettext("Year"),
        "text": language.gettext("Words"),
        "decision": language.gettext("Decision as in the minutes"),
        "meeting": language.gettext("Meeting"),
    }
    said = [f"{labels[one['field']]}: {one['detail']}" for one in outcome.errors if one["field"] in labels]
    return "; ".join(said) or outcome.problem


def render_waiting(
    applications: Sequence[Document],
    proposed: Sequence[Document],
    contributions: Sequence[Contribution],
    meetings: Sequence[Mapping[str, str]],
    frame: Frame,
    language: Language,
    *,
    today: date,
) -> str:
    """What waits for the office; ``meetings``: ``id`` and ``starts_at`` and ``title`` of those held last."""
    return render_page(
        "members/office_waiting.html",
        language,
        frame,
        applications=[standing(fact, language, today) for fact in applications],
        proposed=[standing(fact, language, today) for fact in proposed],
        contributions=contributions,
        meetings=meeting_choices(meetings, language),
        today=today.isoformat(),
        new_member=NEW_MEMBER,
    )


def render_all(
    facts: Sequence[Document], wanted: Wanted, frame: Frame, following: str | None, language: Language, *, today: date
) -> str:
    """All organisations by name; ``following``: the cursor of what comes next."""
    return render_page(
        "members/office_members.html",
        language,
        frame,
        members=[standing(fact, language, today) for fact in facts],
        wanted=wanted,
        statuses=[(status, words.standing(status, language)) for status in STANDINGS],
        next_url=wanted.url(cursor=following) if following else None,
        all_members=ALL_MEMBERS,
        new_member=NEW_MEMBER,
    )


def render_member(
    fact: Document,
    history: History,
    meetings: Sequence[Mapping[str, str]],
    frame: Frame,
    language: Language,
    *,
    today: date,
) -> str:
    """One organisation; ``meetings``: as for ``render_waiting``."""
    presences = words.presences(language)
    names = {fact["id"]: fact["name"]}
    return render_page(
        "members/office_member.html",
        language,
        frame,
        member=standing(fact, language, today),
        history=history,
        people=[(one["name"], words.role(one["role"], language)) for one in history.people],
        periods=_periods(fact, language),
        periods_at_once=_PERIODS_AT_ONCE,
        attended=[
            (
                f"{HOME}/meetings/{one['id']}",
                one["title"],
                words.day(one["starts_at"], language),
                presences.get(one["presence"] or "", "–"),
            )
            for one in history.meetings
        ],
        contributions=[contribution(one, names, language) for one in history.contributions],
        meetings=meeting_choices(meetings, language),
        standings=[(status, words.standing(status, language)) for status in _MEMBERS_NOW],
        today=today.isoformat(),
        year=today.year,
    )


def render_entry(view: EntryView, frame: Frame, language: Language, *, today: date) -> str:
    """The form to change an entry, or to enter an application."""
    several = view.form.several
    keys = dict.fromkeys((*(place.ags[:DISTRICT] for place in places().items), *several.get("districts", ())))
    return render_page(
        "members/office_entry.html",
        language,
        frame,
        view=view,
        form=view.form,
        errors=view.errors,
        topics=words.topic_choices(several.get("topics", ()), language),
        languages=words.language_choices(several.get("languages", ()), language),
        districts=[(key, members.areas({"districts": [key]}, language, places())[0]) for key in keys],
        takes=list(words.asked(language).items()),
        today=today.isoformat(),
        address=f"{MEMBERS}/{view.member}/entry" if view.member else NEW_MEMBER,
        new_member=NEW_MEMBER,
    )


def circles(fact: Document, language: Language) -> tuple[str, ...]:
    """The circles around places in which an organisation can be asked too, in words."""
    return members.areas({"around": fact["areas"]["around"]}, language, places())


def meeting_choices(meetings: Sequence[Mapping[str, str]], language: Language) -> list[tuple[str, str]]:
    """Meetings to choose from: id, and day with title."""
    return [(one["id"], f"{words.day(one['starts_at'], language)} · {one['title']}") for one in meetings]


def _periods(fact: Document, language: Language) -> list[tuple[str, str, tuple[str, ...]]]:
    """Since when it was active or passive by its activity, and why, the latest first."""
    return [
        (
            words.day(one["since"], language),
            words.standing(one["status"], language),
            tuple(one["reasons"]),
        )
        for one in reversed(fact["periods"])
    ]


def _confirmed(given: Document, language: Language) -> str:
    """The office's latest decision about the status, in a sentence."""
    if not given:
        return ""
    said = {"status": words.standing(given["status"], language), "date": words.day(given["on"], language)}
    if given["reason"]:
        return language.gettext("{status}, decided on {date}: {reason}", reason=given["reason"], **said)
    return language.gettext("{status}, decided on {date}", **said)
