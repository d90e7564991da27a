"""What an import is compared with: what the members' database holds, and what the rows so far add to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from services.members.importing.plan import Line
from shared import wall_clock
from shared.calendars.text import slug
from shared.contracts.members.contributions import ContributionFact
from shared.contracts.members.meetings import MeetingFact, PlanMeeting
from shared.contracts.members.organisations import OrganisationFact
from shared.contracts.members.people import KeepPerson, PersonFact

_PERSON = tuple(KeepPerson.model_fields)


@dataclass(slots=True)
class Meeting:
    """A meeting that attendance can belong to. ``starts``: local wall-clock time, whose ``fold`` counts, or the day at
    midnight."""

    id: str
    kind: str
    group: str | None
    starts: datetime
    status: str
    title: str
    attendance: dict[str, str] = field(default_factory=dict)
    people: dict[str, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class Known:
    """Organisations, people, meetings and contributions by id. ``names``: of organisations, partners too, by id.

    ``today`` is the alliance's day in ``zone``. Planning adds to it, so that later rows and tables see what earlier
    ones would do.
    """

    today: date
    zone: ZoneInfo
    organisations: dict[str, OrganisationFact] = field(default_factory=dict)
    facts: dict[str, MeetingFact] = field(default_factory=dict)
    contributions: dict[str, ContributionFact] = field(default_factory=dict)
    people: dict[str, KeepPerson] = field(default_factory=dict)
    meetings: dict[str, Meeting] = field(default_factory=dict)
    members: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)
    # A long table names the same organisations over and over, and each person of it is looked for among all.
    _called: dict[str, list[str]] = field(default_factory=dict)
    _by_email: dict[str, str] = field(default_factory=dict)
    _by_name: dict[str, dict[str, None]] = field(default_factory=dict)

    def add_organisation(self, id_: str, name: str) -> None:
        """From now on there is an organisation of this name, or it is called so."""
        self.members.add(id_)
        self.names[id_] = name
        self._called.clear()

    def add_person(self, person: KeepPerson) -> None:
        """From now on there is this person, or is as it says."""
        self.people[person.id] = person
        if person.email:
            self._by_email.setdefault(person.email.casefold(), person.id)
        self._by_name.setdefault(person.name.casefold(), {})[person.id] = None

    def person_at(self, email: str) -> KeepPerson | None:
        """Who has this e-mail address."""
        found = self.people.get(self._by_email.get(email.casefold(), ""))
        return found if found and (found.email or "").casefold() == email.casefold() else None

    def people_named(self, name: str) -> list[KeepPerson]:
        """All who have this name."""
        found = [self.people[id_] for id_ in self._by_name.get(name.casefold(), ())]
        return [person for person in found if person.name.casefold() == name.casefold()]

    def organisations_called(self, text: str) -> list[str]:
        """The ids of the organisations that somebody means who writes this: an id, or a name in any spelling."""
        if text not in self._called:
            self._called[text] = self._find(text)
        return self._called[text]

    def _find(self, text: str) -> list[str]:
        if text in self.members:
            return [text]
        for key in (_slug, _without_form):
            if wanted := key(text):
                found = [id_ for id_ in self.members if key(self.names[id_]) == wanted]
                if found:
                    return sorted(found)
        return []

    def organisation_of(self, line: Line, column: str = "organisation") -> str:
        """The id of the one organisation that a row names.

        Raises:
            RefusedRowError: there is none of this name, or several.
        """
        found = self.organisations_called(line.needed(column))
        if len(found) == 1:
            return found[0]
        missing = "there is no organisation of this name; import it with --members"
        raise line.wrong(column, f"can be {', '.join(found)}" if found else missing)


def known_of(
    *,
    today: date,
    zone: str,
    organisations: Iterable[OrganisationFact] = (),
    people: Iterable[PersonFact] = (),
    meetings: Iterable[MeetingFact] = (),
    contributions: Iterable[ContributionFact] = (),
    partners: Iterable[tuple[str, str]] = (),
) -> Known:
    """What is known at the start. ``partners``: ids and names of organisations that publish, members or not."""
    known = Known(today, ZoneInfo(zone))
    known.names.update(partners)
    for organisation in organisations:
        known.organisations[organisation.id] = organisation
        known.add_organisation(organisation.id, organisation.name)
    for person in people:
        known.add_person(KeepPerson(**{name: getattr(person, name) for name in _PERSON}))
    for fact in meetings:
        known.facts[fact.id] = fact
        known.meetings[fact.id] = meeting_of(fact, known.zone)
    known.contributions.update({one.id: one for one in contributions})
    return known


def meeting_of(plan: MeetingFact | PlanMeeting, zone: ZoneInfo) -> Meeting:
    """A meeting from its fact or its plan."""
    more: dict[str, Any] = {"status": "planned"}
    if isinstance(plan, MeetingFact):
        more = {
            "status": plan.status,
            "attendance": {one.organisation: one.presence for one in plan.attendance},
            "people": {one.organisation: one.person for one in plan.attendance},
        }
    starts = wall_clock.read(plan.starts_at, zone)
    return Meeting(plan.id, plan.kind, plan.working_group, starts, title=plan.title, **more)


_slug: Final = lru_cache(maxsize=20_000)(slug)


@lru_cache(maxsize=20_000)
def _without_form(name: str) -> str:
    """A name as it is often written: without the legal form at its end."""
    key = slug(name)
    for form in ("-e-v", "-ev", "-ggmbh", "-gmbh", "-e-g", "-eg"):
        key = key.removesuffix(form)
    return key
