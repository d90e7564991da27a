"""Which column of an office's table means which field of a submission, by its German or English heading."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.calendars.text import slug

# Field → headings, the first of which is shown to people. Compared without case, spaces and signs.
HEADINGS: Final[Mapping[str, str]] = {
    "uid": "Kennung, UID, ID, Nummer, Nr.",
    "title": "Titel, Veranstaltung, Veranstaltungstitel, Bezeichnung, Name der Veranstaltung, Betreff, Title, Event"
    ", Event title, Summary, Subject",
    "date": "Datum, Beginn-Datum, Startdatum, Anfangsdatum, Datum von, Tag, Termin, Date, Start date, Date from",
    "begin": "Beginn, von, Anfang, Start, Startzeit, Beginnzeit, Beginn Uhrzeit, Uhrzeit von, Begin, From"
    ", Start time, starts_at",
    "time": "Uhrzeit, Zeit, von bis, Uhrzeit von bis, Time",
    "end": "Ende, bis, Endzeit, Ende Uhrzeit, Uhrzeit bis, End, End time, To, Until, ends_at",
    "end_date": "Ende-Datum, Datum bis, Enddatum, bis Datum, End date, Date to",
    "all_day": "ganztägig, ganztags, ganzer Tag, all day, all day event",
    "description": "Beschreibung, Text, Inhalt, Details, Description",
    "place.name": "Veranstaltungsort, Treffpunkt, Raum, Location, Place, Venue",
    "place.street": "Straße, Straße und Hausnummer, Straße Nr., Adresse, Anschrift, Street, Address",
    "place.postal_code": "PLZ, Postleitzahl, PLZ Ort, PLZ und Ort, Postal code, Postcode, Zip",
    "place.municipality": "Gemeinde, Stadt, Kommune, Stadt/Gemeinde, Municipality, City, Town",
    "place.ags": "AGS, Gemeindeschlüssel, Amtlicher Gemeindeschlüssel",
    "place.latitude": "Breite, Breitengrad, Latitude, Lat",
    "place.longitude": "Länge, Längengrad, Longitude, Lon, Lng",
    "place.online_url": "Online-Link, Videokonferenz, Stream, Online URL",
    "topics": "Themen, Thema, Kategorie, Kategorien, Schlagworte, Topics, Topic, Categories",
    "target_groups": "Zielgruppen, Zielgruppe, Target groups, Target group, Audience",
    "languages": "Sprachen, Sprache, Languages, Language",
    "cost": "Kosten, Eintritt, Preis, Teilnahmegebühr, Cost, Price, Admission",
    "accessibility": "Barrierefreiheit, barrierefrei, Accessibility",
    "url": "Link, Webseite, Website, Homepage, Internet, URL, Web",
    "image_url": "Bild, Bild-Link, Bild URL, Image, Image URL",
    "registration_url": "Anmeldung, Anmeldung URL, Anmeldelink, Registration, Registration URL",
    "series": "Reihe, Veranstaltungsreihe, Series",
    "co_hosts": "Mitveranstalter, Kooperationspartner, Co-hosts",
    "status": "Status",
    "time_zone": "Zeitzone, Time zone, tz",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the fields of a table stand: ``at`` its index, ``headings`` as the table names it, ``width`` of all."""

    at: Mapping[str, int]
    headings: Mapping[str, str]
    unknown: tuple[str, ...]
    width: int

    @property
    def complete(self) -> bool:
        """Whether a title and a date can be had, without which there is no event."""
        return "title" in self.at and bool({"date", "begin"} & self.at.keys())


def columns_of(header: Sequence[str]) -> Columns:
    """Understand a row of headings; of two columns for one field the first counts, the other is unknown."""
    at: dict[str, int] = {}
    headings: dict[str, str] = {}
    unknown = []
    for index, heading in enumerate(cell.strip() for cell in header):
        field = _field(heading, after_postal_code=at.get("place.postal_code", -2) == index - 1)
        if field is None or field in at:
            if heading:
                unknown.append(heading)
            continue
        at[field] = index
        headings[field] = heading
    _settle_ort(at, headings)
    return Columns(at, headings, tuple(unknown), len(header))


def understood() -> str:
    """The headings to use, for an error's text."""
    return ", ".join(["Ort", *(names.partition(", ")[0] for names in HEADINGS.values())])


def _key(heading: str) -> str:
    """Without what stands in brackets, case, spaces and signs; umlauts written out."""
    return slug(re.sub(r"\([^)]*\)", "", heading)).replace("-", "")


_FIELDS: Final = {_key(name): field for field, names in HEADINGS.items() for name in names.split(", ")}


def _field(heading: str, *, after_postal_code: bool) -> str | None:
    key = _key(heading)
    if key == "ort":
        # "PLZ | Ort" is a postal address; anywhere else offices mean the venue.
        return "place.municipality" if after_postal_code else "ort"
    return _FIELDS.get(key)


def _settle_ort(at: dict[str, int], headings: dict[str, str]) -> None:
    """ "Ort" beside a column for the venue is the town, and alone it is the venue."""
    if "ort" not in at:
        return
    named = "place.name" in at and "place.municipality" not in at
    field = "place.municipality" if named else "place.name"
    if field not in at:
        at[field], headings[field] = at["ort"], headings["ort"]
    del at["ort"], headings["ort"]
