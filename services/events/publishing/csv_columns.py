"""Which column of an office's table means which field of a submission, by its German or English heading."""

from collections.abc import Mapping, Sequence
from typing import Final

from shared.tables.columns import Columns, Headings, by_key, first_names, heading_key, understand

HEADINGS: Final[Headings] = {
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
    "low_threshold": "niedrigschwellig, offen für alle, low threshold",
    "url": "Link, Webseite, Website, Homepage, Internet, URL, Web",
    "image_url": "Bild, Bild-Link, Bild URL, Image, Image URL",
    "registration_url": "Anmeldung, Anmeldung URL, Anmeldelink, Registration, Registration URL",
    "series": "Reihe, Veranstaltungsreihe, Series",
    "co_hosts": "Mitveranstalter, Kooperationspartner, Co-hosts",
    "status": "Status",
    "time_zone": "Zeitzone, Time zone, tz",
}


def is_complete(columns: Columns) -> bool:
    """Whether a title and a date can be had, without which there is no event."""
    return "title" in columns.at and bool({"date", "begin"} & columns.at.keys())


def columns_of(header: Sequence[str]) -> Columns:
    """Understand a row of headings; of two columns for one field the first counts, the other is unknown."""
    columns = understand(header, _field)
    at, headings = dict(columns.at), dict(columns.headings)
    _settle_ort(at, headings)
    return Columns(at, headings, columns.unknown, columns.width)


def understood() -> str:
    """The headings to use, for an error's text."""
    return ", ".join(["Ort", *first_names(HEADINGS)])


_FIELDS: Final = by_key(HEADINGS)


def _field(heading: str, index: int, at: Mapping[str, int]) -> str | None:
    key = heading_key(heading)
    if key == "ort":
        # "PLZ | Ort" is a postal address; anywhere else offices mean the venue.
        return "place.municipality" if at.get("place.postal_code", -2) == index - 1 else "ort"
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
