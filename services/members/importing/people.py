"""People from a table, one row for each role. What it holds is personal: it is shown to whoever imports it alone."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import uuid4

from services.members.importing.known import Known
from services.members.importing.plan import Line, Planned, differing, plan_rows, shown, words
from shared.calendars.text import slug
from shared.commands.ask import Command
from shared.commands.results import Outcome
from shared.contracts.members.people import KEEP_PERSON, KeepPerson
from shared.tables.cells import NO, YES, language
from shared.tables.columns import Headings, by_key, first_names, heading_key, understand
from shared.tables.reading import Layout

HEADINGS: Final[Headings] = {
    "name": "Name, Person, Vor- und Nachname, Vorname und Name, Ansprechpartner, Ansprechpartnerin, Full name",
    "first_name": "Vorname, First name",
    "last_name": "Nachname, Familienname, Last name, Surname",
    "email": "E-Mail, Email, Mail, E-Mail-Adresse, Mailadresse, Email address",
    "phone": "Telefon, Tel., Telefonnummer, Handy, Mobil, Phone",
    "organisation": "Organisation, Verein, Mitglied, Einrichtung, Institution",
    "role": "Rolle, Funktion, Role",
    "language": "Sprache, Language",
    "consent": "Einwilligung, Datenschutz, Einwilligung Version, Consent",
}
ROLES: Final = {
    "representative": "Vertretung, Vertreter, Vertreterin, Vorsitz, Vorsitzende, Vorsitzender, Vorstand, Leitung"
    ", representative",
    "deputy": "Stellvertretung, Stellvertreter, Stellvertreterin, Stellv., stellvertretende Vorsitzende"
    ", stellvertretender Vorsitzender, deputy",
    "contact": "Kontakt, Ansprechpartner, Ansprechpartnerin, Ansprechperson, contact",
    "member": "Mitglied, Mitarbeit, Mitarbeiter, Mitarbeiterin, member",
}
KEPT: Final = ("name", "email", "phone", "language", "roles", "consent")
_FIELDS: Final = by_key(HEADINGS)
_ROLES: Final = words(ROLES)


def plan_people(data: bytes, name: str, known: Known, *, consent: str | None = None) -> Iterator[Planned]:
    """What a table of people leads to. ``consent``: the version of the text that a mere yes stands for.

    Raises:
        UnreadableFileError: no row has a heading for the name.
    """
    layout = Layout(
        lambda header: understand(header, lambda heading, _, __: _FIELDS.get(heading_key(heading))),
        lambda columns: bool({"name", "last_name"} & columns.at.keys()),
        "a name",
        ", ".join(first_names(HEADINGS)),
    )
    yield from plan_rows(data, name, layout, lambda line: _decide(line, known, consent), label="name")


def _decide(line: Line, known: Known, consent: str | None) -> Planned:
    name = line.text("name") or " ".join(filter(None, (line.text("first_name"), line.needed("last_name"))))
    organisation = known.organisation_of(line) if line.text("organisation") else None
    old = _same_person(line, known, name, organisation)
    document: dict[str, Any] = {**(old.model_dump(mode="json") if old else {"id": str(uuid4())}), "name": name}
    document["consent"] = _consent(line, old, consent)
    document |= {field: line.text(field) for field in ("email", "phone") if field in line.given}
    if "language" in line.given:
        document["language"] = language(slug(line.text("language")))
    if organisation:
        role = line.word("role", _ROLES, shown(ROLES))
        roles = {one["organisation"]: one for one in document.get("roles", ())}
        before = roles.get(organisation, {"organisation": organisation, "role": "contact"})
        roles[organisation] = before | ({"role": role} if role else {})
        document["roles"] = list(roles.values())
    person = line.build(KeepPerson, document)
    changed = differing(person, old, KEPT) if old else []
    known.add_person(person)
    if old and not changed:
        return Planned(line.source, "unchanged", person.id, name, tuple(line.notes))
    told = [f"changed: {', '.join(changed)}"] if changed else []
    command = Command(KEEP_PERSON, person.id, person)
    result: Outcome = "changed" if old else "new"
    return Planned(line.source, result, person.id, name, (*told, *line.notes), (command,))


def _same_person(line: Line, known: Known, name: str, organisation: str | None) -> KeepPerson | None:
    """Who is meant: the one with this e-mail, else the one of this name in this organisation.

    Raises:
        RefusedRowError: it cannot be told, as several have this name, or one has it with another e-mail.
    """
    email = line.text("email")
    if email and (person := known.person_at(email)):
        return person
    named = known.people_named(name)
    if organisation:
        found = [one for one in named if organisation in {role.organisation for role in one.roles}]
    else:
        found = [one for one in named if not one.roles] or named
    without = [one for one in found if not one.email] if email else found
    if len(without) > 1:
        raise line.wrong("name", "there are several people of this name; an e-mail tells them apart")
    if organisation and found and not without:
        raise line.wrong(
            "email",
            f"is not that of {found[0].id}, who has this name there; to change it: buendnisbus members people keep",
        )
    return without[0] if without else None


def _consent(line: Line, old: KeepPerson | None, consent: str | None) -> str:
    """The version of the text that somebody agreed to, without which nobody may be kept."""
    text = line.text("consent")
    if text and text.casefold() in NO:
        raise line.wrong(
            "consent", "says no, so nothing may be kept; who is kept already: buendnisbus members people erase"
        )
    if text and text.casefold() not in YES:
        return text
    if text and consent:
        return consent
    if old:
        return old.consent
    if text:
        raise line.wrong("consent", "says yes, but not to which text: give its version with --consent")
    raise line.wrong("consent", "is empty, and without consent nobody is kept")
