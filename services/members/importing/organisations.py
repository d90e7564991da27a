"""Members from a table: the entry of each, how it stands, since when it belongs to the alliance."""

import re
from collections.abc import Iterator
from typing import Any, Final

from services.members.importing.known import Known
from services.members.importing.plan import Line, Planned, RefusedRowError, differing, plan_rows, shown, words
from shared.calendars.text import listed, partner_id, prose, slugs
from shared.commands.ask import Command
from shared.commands.results import Outcome
from shared.contracts.members import organisations as contract
from shared.contracts.members.organisations import OrganisationFact, Profile
from shared.places import Place, places
from shared.tables.cells import NO, YES, address, language
from shared.tables.columns import Columns, Headings, by_key, first_names, heading_key, understand
from shared.tables.reading import Layout

HEADINGS: Final[Headings] = {
    "id": "Kennung, ID, Slug, Kürzel",
    "name": "Name, Organisation, Verein, Mitglied, Einrichtung, Institution, Member",
    "description": "Beschreibung, Kurzbeschreibung, Über uns, Description",
    "municipalities": "Orte, Ort, Ort(e), Gemeinde, Gemeinden, Stadt, Einsatzgebiet, PLZ Ort, PLZ, Town, Towns"
    ", Municipality, Municipalities, Places",
    "districts": "Landkreis, Landkreise, Kreis, District, Districts",
    "around": "Umkreis, Radius, Umkreis in km, Umkreis km, Radius km",
    "topics": "Themen, Thema, Topics, Topic",
    "kinds": "Angebote, Angebot, Hilfen, Art der Hilfe, Leistungen, Offers, Kinds",
    "languages": "Sprachen, Sprache, Languages, Language",
    "capacity": "Kapazität, Plätze, Capacity",
    "response_days": "Antwortfrist, Antwort innerhalb, Werktage, Response days, Answers within",
    "url": "Website, Webseite, Internet, Homepage, Link, URL, Web",
    "listed": "Verzeichnis, öffentlich, im Verzeichnis, Listed, Public",
    "status": "Status, Mitgliedschaft, Stand",
    "applied_on": "Beantragt am, Antrag am, Antrag vom, Applied on, Applied",
    "admitted_on": "Aufgenommen am, Aufnahme, Aufnahme am, Mitglied seit, seit, Beitritt, Admitted on, Member since",
    "left_on": "Ausgetreten am, Austritt, Austritt am, Mitglied bis, Left on, Left",
}
STATUS: Final = {
    "active": "aktiv, aktives Mitglied, Mitglied, ja, active, member",
    "passive": "passiv, passives Mitglied, ruhend, passive, inactive",
    "applied": "Antrag, beantragt, angefragt, Bewerbung, applied, applicant",
    "left": "ausgetreten, ehemalig, Austritt, left, former",
}
PROFILE: Final = tuple(Profile.model_fields)
_FIELDS: Final = by_key(HEADINGS)
_STATUS: Final = words(STATUS)
_DISTRICT: Final = re.compile(r"^(?:landkreis|lkr\.?|kreis)\s+", re.IGNORECASE)
_KM: Final = re.compile(r"(?P<place>.*?)[\s:]*(?P<km>\d{1,3}(?:[.,]\d+)?)\s*(?:km)?", re.IGNORECASE)
_PASSIVE: Final = "as in the office's list"


def plan_organisations(data: bytes, name: str, known: Known) -> Iterator[Planned]:
    """What a table of members leads to.

    Raises:
        UnreadableFileError: no row has a heading for the name.
    """
    layout = Layout(_columns_of, lambda columns: "name" in columns.at, "a name", ", ".join(first_names(HEADINGS)))
    seen: dict[str, str] = {}

    def decide(line: Line) -> Planned:
        title = line.needed("name")
        id_ = line.text("id") or partner_id(title, known.names)
        if id_ in seen:
            raise line.wrong("name", f"stands twice, already in {seen[id_]}")
        planned = _decide(line, id_, known)
        seen[id_] = line.source
        known.add_organisation(id_, title)
        return planned

    yield from plan_rows(data, name, layout, decide, label="name")


def _columns_of(header: Any) -> Columns:
    return understand(header, lambda heading, _, __: _FIELDS.get(heading_key(heading)))


def _decide(line: Line, id_: str, known: Known) -> Planned:
    old = known.organisations.get(id_)
    profile = line.build(Profile, _profile(line, old))
    wanted = line.word("status", _STATUS, shown(STATUS))
    admitted, left = line.day("admitted_on"), line.day("left_on")
    if admitted and admitted > known.today:
        raise line.wrong("admitted_on", "lies in the future")
    if wanted is None:
        is_decided = old is not None and old.status != "applied"
        wanted = "left" if left else old.status if old and is_decided else "active" if admitted else "applied"
    entry = profile.model_dump(mode="json")
    days = {name: day.isoformat() for name in ("applied_on", "admitted_on", "left_on") if (day := line.day(name))}
    if old is None or old.status == "applied":
        return _newcomer(line, id_, old, entry, wanted, days)
    return _member(line, old, profile, wanted, days)


def _newcomer(
    line: Line, id_: str, old: OrganisationFact | None, entry: dict[str, Any], wanted: str, days: dict[str, str]
) -> Planned:
    """Apply, or correct what was said; then admit, if the table says since when."""
    on = days.get("applied_on") or (days.get("admitted_on") if old is None else None)
    apply = line.build(contract.ApplyOrganisation, {**entry, "id": id_, "on": on})
    changed = differing(apply, old, PROFILE) if old else []
    if old and on and old.applied_on != on:
        changed.append("applied_on")
    commands = [Command(contract.APPLY, id_, apply)] if old is None or changed else []
    if wanted != "applied":
        if since := days.get("admitted_on"):
            commands.append(
                Command(contract.ADMIT, id_, line.build(contract.AdmitOrganisation, {"id": id_, "on": since}))
            )
            changed.append("admission")
            commands += _afterwards(line, id_, wanted, days)
        else:
            line.notes.append(f"no day of admission: applied; admit it with `buendnisbus members admit {id_}`")
    result: Outcome = "new" if old is None else "changed" if commands else "unchanged"
    told = [f"changed: {', '.join(changed)}"] if old and changed else []
    return Planned(line.source, result, id_, entry["name"], (*told, *line.notes), tuple(commands))


def _afterwards(line: Line, id_: str, wanted: str, days: dict[str, str]) -> Iterator[Command]:
    """What follows the admission of somebody who is passive, or has left, as the table says."""
    if wanted == "passive":
        data = contract.ConfirmStatus(id=id_, status="passive", reason=_PASSIVE)
        yield Command(contract.CONFIRM, id_, data)
    elif wanted == "left":
        yield _leave(line, id_, days)


def _leave(line: Line, id_: str, days: dict[str, str]) -> Command:
    if "left_on" not in days:
        raise RefusedRowError("a column such as Ausgetreten am: is needed for a member that has left")
    return Command(contract.LEAVE, id_, line.build(contract.LeaveOrganisation, {"id": id_, "on": days["left_on"]}))


def _member(line: Line, old: OrganisationFact, profile: Profile, wanted: str, days: dict[str, str]) -> Planned:
    """Renew the entry. How a member stands changes by what it does and by decisions, not by an old list."""
    id_, changed, commands = old.id, differing(profile, old, PROFILE), []
    if changed:
        entry = {**profile.model_dump(mode="json"), "id": id_, "version": old.version}
        commands.append(Command(contract.CHANGE, id_, line.build(contract.ChangeOrganisation, entry)))
    if wanted == "left" and old.status in ("active", "passive"):
        commands.append(_leave(line, id_, days))
        changed.append("status")
    elif wanted != old.status:
        line.notes.append(f"is {old.status} here and stays so; to change it: buendnisbus members --help")
    since = days.get("admitted_on")
    if since and old.admission and old.admission.on != since:
        line.notes.append(
            f"was admitted on {old.admission.on} here; to correct it: buendnisbus members admit {id_} --on"
        )
    told = [f"changed: {', '.join(changed)}"] if changed else []
    result: Outcome = "changed" if commands else "unchanged"
    return Planned(line.source, result, id_, profile.name, (*told, *line.notes), tuple(commands))


def _profile(line: Line, old: OrganisationFact | None) -> dict[str, Any]:
    """The entry: what the row says, and what it does not say as it was."""
    entry: dict[str, Any] = {name: getattr(old, name) for name in PROFILE} if old else {}
    entry["areas"] = _areas(line, old.areas if old else contract.Area())
    entry["name"] = line.text("name")
    if "description" in line.given:
        entry["description"] = prose(line.given["description"])
    for name in ("topics", "kinds"):
        if name in line.given:
            entry[name] = slugs(listed(line.given[name]))
    if "languages" in line.given:
        entry["languages"] = list(dict.fromkeys(language(one) for one in slugs(listed(line.given["languages"]))))
    if "url" in line.given:
        entry["url"] = address(line.text("url"))
    for name in ("capacity", "response_days"):
        if name in line.given:
            entry[name] = _number(line, name)
    if "listed" in line.given:
        answer = line.text("listed").casefold()
        if answer not in YES | NO:
            raise line.wrong("listed", "known are ja and nein")
        entry["listed"] = answer in YES
    return entry


def _number(line: Line, name: str) -> int:
    found = re.fullmatch(r"(\d{1,4})(?:,0+|\.0+)?\D*", line.text(name))
    if found is None:
        raise line.wrong(name, "holds no number")
    return int(found[1])


def _areas(line: Line, old: contract.Area) -> dict[str, Any]:
    towns = [_place(line, "municipalities", text) for text in listed(line.given.get("municipalities", ""))]
    districts = [_district(line, text) for text in listed(line.given.get("districts", ""))]
    around = [circle for text in _circles(line.given.get("around", "")) for circle in _around(line, text, towns)]
    area = old.model_dump(mode="json")
    if towns:
        area["municipalities"] = list(dict.fromkeys(town.ags for town in towns))
    if districts:
        area["districts"] = list(dict.fromkeys(districts))
    if around:
        area["around"] = around
    return area


def _place(line: Line, column: str, text: str) -> Place:
    """The one municipality that is meant.

    Raises:
        RefusedRowError: there is none of this name, or several.
    """
    found = places().meant(text)
    if not found:
        raise line.wrong(column, f"there is no municipality “{text}” here; a postal code or official key helps")
    if len(found) > 1:
        choices = ", ".join(f"{place.ags} {place.name}" for place in found)
        raise line.wrong(column, f"“{text}” can be {choices}: write the official key")
    return found[0]


def _district(line: Line, text: str) -> str:
    """The key of a district: as it stands there, or of the one whose seat has its name."""
    if re.fullmatch(r"[0-9]{5}", text):
        return text
    seats = {place.ags[:5] for place in places().by_name(_DISTRICT.sub("", text))}
    if len(seats) != 1:
        raise line.wrong("districts", f"“{text}” is no district that is known here; write its official key, 5 digits")
    key = seats.pop()
    line.notes.append(f"district {text} read as {key}")
    return key


def _circles(cell: str) -> list[str]:
    """The circles in a cell; ``7,5 km`` is one number."""
    return [part.strip() for part in re.split(r"[;|\n]|,(?!\d)|,(?=\d{5})", cell) if part.strip()]


def _around(line: Line, text: str, towns: list[Place]) -> Iterator[dict[str, object]]:
    found = _KM.fullmatch(text)
    if found is None:
        raise line.wrong("around", "holds no distance, such as 15 km or Zwickau 15 km")
    middles = [_place(line, "around", found["place"].strip())] if found["place"].strip() else towns
    if not middles:
        raise line.wrong("around", "says no place, and the row has none: write Zwickau 15 km")
    for middle in middles:
        yield {"ags": middle.ags, "radius_km": float(found["km"].replace(",", "."))}
