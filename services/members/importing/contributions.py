"""Contributions from a table: when, who, which kind, what. What the office imports counts at once."""

from collections.abc import Iterator
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from services.members.importing.known import Known
from services.members.importing.plan import Line, Planned, plan_rows, shown, words
from shared.commands.ask import Command
from shared.contracts.members.contributions import REPORT, ReportContribution
from shared.tables.columns import Headings, by_key, first_names, heading_key, understand
from shared.tables.reading import Layout

HEADINGS: Final[Headings] = {
    "date": "Datum, Tag, am, Date",
    "organisation": "Organisation, Mitglied, Verein, Name, Member",
    "kind": "Art, Typ, Kind, Type",
    "title": "Titel, Beitrag, Bezeichnung, Was, Beschreibung, Title",
}
KINDS: Final = {
    "content": "Inhalt, inhaltlicher Beitrag, inhaltliche Unterstützung, Beitrag, Unterstützung, content",
    "co-hosted-event": "gemeinsame Veranstaltung, Veranstaltung, Mitveranstalter, Kooperation, co-hosted-event, event",
    "working-group": "Arbeitsgruppe, AG, Mitarbeit in AG, working group",
    "knowledge": "Wissen, Wissensweitergabe, Weitergabe, Schulung, Vortrag, Workshop, Multiplikation, knowledge",
}
_FIELDS: Final = by_key(HEADINGS)
_KINDS: Final = words(KINDS)


def plan_contributions(data: bytes, name: str, known: Known) -> Iterator[Planned]:
    """What a table of contributions leads to.

    Raises:
        UnreadableFileError: headings are missing.
    """
    layout = Layout(
        lambda header: understand(header, lambda heading, _, __: _FIELDS.get(heading_key(heading))),
        lambda columns: {"date", "organisation", "title"} <= columns.at.keys(),
        "date, organisation and title",
        ", ".join(first_names(HEADINGS)),
    )
    seen: dict[str, str] = {}

    def decide(line: Line) -> Planned:
        planned = _decide(line, known)
        if planned.id in seen:
            raise line.wrong("title", f"the same contribution stands in {seen[planned.id]} already")
        seen[planned.id or ""] = line.source
        return planned

    yield from plan_rows(data, name, layout, decide, label="title")


def _decide(line: Line, known: Known) -> Planned:
    title = line.needed("title")
    line.needed("date")
    day = line.day("date")
    if day is None or day > known.today:
        raise line.wrong("date", "lies in the future")
    organisation = known.organisation_of(line)
    key = f"urn:buendnisbus:contributions:{organisation}:{day.isoformat()}:{title}"
    id_ = str(uuid5(NAMESPACE_URL, key))
    old = known.contributions.get(id_)
    kind = line.word("kind", _KINDS, shown(KINDS), old.kind if old else "content")
    if old and old.status == "declined":
        return Planned(line.source, "unchanged", id_, title, ("was declined here and stays so",))
    if old and old.kind == kind:
        return Planned(line.source, "unchanged", id_, title)
    kept = {name: getattr(old, name, None) for name in ("event", "person")} if old else {}
    document = {**kept, "id": id_, "organisation": organisation, "kind": kind, "title": title, "on": day.isoformat()}
    command = Command(REPORT, id_, line.build(ReportContribution, document))
    details = ("changed: kind",) if old else ()
    return Planned(line.source, "changed" if old else "new", id_, title, details, (command,))
