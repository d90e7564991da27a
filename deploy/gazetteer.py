"""A file of places for any region, from two public sources; pure reading and joining.

- GeoNames' postal codes (``DE.zip``): text, UTF-8, twelve fields parted by tabs: country, postal code, place, name
  and code of three administrative levels, latitude, longitude, accuracy. The code of the third level is the key of
  the district in Germany (``14524``); where it has eight digits it is taken for that of the municipality.
- The register of municipalities by Destatis (``GV100AD``): text of fixed width, UTF-8 or ISO 8859-1. Of a record of
  type 60, places counted from 1: 1-2 type, 3-10 as of, 11-18 key (AGS), 19-22 association of municipalities, 23-72
  name, 166-170 postal code of the seat.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from statistics import fmean
from typing import Final, Literal
from zipfile import BadZipFile, ZipFile

from shared.places import COLUMNS, Place, Places, short_name

Layout = Literal["geonames", "register"]

_MUNICIPALITY: Final = "60"
_RECORD: Final = re.compile(r"[1-6]0[0-9]{8}")
_KEY: Final = re.compile(r"[0-9]{8}")
_CODE: Final = re.compile(r"[0-9]{5}")


class GazetteerError(ValueError):
    """A file, or all of them together, cannot be made into places; the text says why."""


@dataclass(frozen=True, slots=True)
class PostalPlace:
    """A line of GeoNames. ``key``: of the municipality (8 digits), the district (5), or empty."""

    postal_code: str
    name: str
    key: str
    latitude: float
    longitude: float

    @property
    def told(self) -> str:
        """For a report."""
        return f"{self.postal_code} {self.name} ({self.key or 'no key'})"


@dataclass(slots=True)
class Sources:
    """What was read. ``register``: key → name and postal code of the seat; ``wrong``: file, line and why."""

    rows: list[PostalPlace] = field(default_factory=list)
    register: dict[str, tuple[str, str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Places by key, and what could not be joined: lines of GeoNames, municipalities of the register."""

    places: list[Place]
    rows_left: list[str]
    municipalities_left: list[str]


def read_text(file: Path) -> str:
    """The text of ``file``; of a ZIP file its largest ``.txt`` besides a readme. UTF-8, else ISO 8859-1.

    Raises:
        OSError: it cannot be read.
        GazetteerError: it is a ZIP file without a text, or a broken one.
    """
    content = file.read_bytes()
    if content.startswith(b"PK"):
        try:
            with ZipFile(file) as archive:
                texts = [one for one in archive.infolist() if one.filename.lower().endswith(".txt")]
                texts = [one for one in texts if "readme" not in one.filename.lower()]
                if not texts:
                    raise GazetteerError(f"{file}: holds no .txt file")
                content = archive.read(max(texts, key=lambda one: one.file_size))
        except BadZipFile as error:
            raise GazetteerError(f"{file}: {error}") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("iso-8859-1")


def layout_of(text: str) -> Layout | None:
    """Which of the two layouts a text has; None: neither."""
    for line in text.split("\n", 200)[:200]:
        if line.count("\t") >= 10:
            return "geonames"
        if _RECORD.match(line):
            return "register"
    return None


def read(sources: Sources, name: str, text: str, layout: Layout, districts: Sequence[str]) -> int:
    """Add what ``text`` holds of ``districts`` (beginnings of keys; none: all); returns how many records it has.

    A line that is wrong goes to ``sources.wrong``, and the rest on.
    """
    count = 0
    for number, line in enumerate(StringIO(text), 1):
        line = line.rstrip("\r\n")
        if not line.strip() or (layout == "register" and line[:2] != _MUNICIPALITY and _RECORD.match(line)):
            continue
        count += 1
        try:
            if layout == "geonames":
                sources.rows.extend(row for row in _postal_place(line) if _is_in(row.key, districts))
            else:
                key, municipality, seat = _municipality(line)
                if _is_in(key, districts):
                    sources.register[key] = (municipality, seat)
        except ValueError as error:
            sources.wrong.append(f"{name}, line {number}: {error}")
    return count


def join(sources: Sources) -> Gazetteer:
    """Each municipality with all its postal codes, in the middle of what they stand for.

    A line belongs to the municipality of its key; with the key of a district, to the one of that name there, or the
    only one there, or the only one whose seat has that postal code. Without a register the keys of the lines count.

    Raises:
        GazetteerError: there is no register and no line has the key of a municipality.
    """
    register = sources.register or {row.key: (row.name, "") for row in reversed(sources.rows) if len(row.key) == 8}
    if not register:
        raise GazetteerError("the keys in the postal codes are those of districts; add the register (GV100AD)")
    find = _Finder(register)
    rows: dict[str, list[PostalPlace]] = defaultdict(list)
    by_code: dict[str, list[PostalPlace]] = defaultdict(list)
    left = []
    for row in sources.rows:
        by_code[row.postal_code].append(row)
        if key := find.key(row):
            rows[key].append(row)
        else:
            left.append(row.told)
    places, without = [], []
    for key, (name, seat) in sorted(register.items()):
        near_by = [row for row in by_code.get(seat, ()) if row.key[:5] in ("", key[:5])]
        if not (own := rows.get(key) or near_by):
            without.append(f"{key} {name}")
            continue
        points: dict[str, list[PostalPlace]] = defaultdict(list)
        for row in own:
            points[row.postal_code].append(row)
        latitude = fmean(fmean(row.latitude for row in one) for one in points.values())
        longitude = fmean(fmean(row.longitude for row in one) for one in points.values())
        codes = sorted({*points, *([seat] if seat else [])})
        places.append(Place(key, name, tuple(codes), round(latitude, 4), round(longitude, 4)))
    return Gazetteer(places, left, without)


def write(file: Path, places: Iterable[Place]) -> None:
    """Write the file that ``PLACES_FILE`` may name; at once, so that nobody reads half of it."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for place in places:
        writer.writerow((place.ags, place.name, " ".join(place.postal_codes), "", place.latitude, place.longitude))
    draft = file.with_name(f".{file.name}.new")
    draft.write_text(text.getvalue(), encoding="utf-8")
    draft.replace(file)


class _Finder:
    """Which municipality of a register a line of GeoNames belongs to."""

    def __init__(self, register: dict[str, tuple[str, str]]) -> None:
        self._keys = frozenset(register)
        self._in_district: dict[str, list[str]] = defaultdict(list)
        self._by_seat: dict[tuple[str, str], list[str]] = defaultdict(list)
        rows: dict[str, list[tuple[Place, tuple[str, ...]]]] = defaultdict(list)
        for key, (name, seat) in register.items():
            self._in_district[key[:5]].append(key)
            self._by_seat[key[:5], seat].append(key)
            rows[key[:5]].append((Place(key, name, (seat,), 0, 0), ()))
        self._names = {district: Places(found) for district, found in rows.items()}

    def key(self, row: PostalPlace) -> str | None:
        """The key of its municipality, None where that is unclear."""
        if row.key in self._keys:
            return row.key
        district = row.key[:5]
        if len(self._in_district.get(district, ())) == 1:
            return self._in_district[district][0]
        names = self._names.get(district)
        if names is None:
            return None
        named = [p.ags for p in names.by_name(row.name) or names.by_name(short_name(row.name))]
        seats = self._by_seat.get((district, row.postal_code), [])
        for candidates in (named, [key for key in named if key in seats], [] if named else seats):
            if len(candidates) == 1:
                return candidates[0]
        return None


def _postal_place(line: str) -> Iterator[PostalPlace]:
    fields = [part.strip() for part in line.split("\t")]
    if len(fields) not in (11, 12):
        raise ValueError(f"has {len(fields)} fields, not 12")
    if fields[0] != "DE":
        return
    if not _CODE.fullmatch(fields[1]):
        raise ValueError("the postal code does not have five digits")
    if not fields[2]:
        raise ValueError("the name of the place is missing")
    try:
        latitude, longitude = float(fields[9]), float(fields[10])
    except ValueError:
        raise ValueError("latitude or longitude is no number") from None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError("latitude or longitude lies outside the Earth")
    digits = fields[8] if fields[8].isdecimal() else ""
    key = digits[:5] + digits[9:] if len(digits) == 12 else digits if len(digits) in (5, 8) else ""
    yield PostalPlace(fields[1], fields[2], key, latitude, longitude)


def _municipality(line: str) -> tuple[str, str, str]:
    key, name, seat = line[10:18], line[22:72].split(",")[0].strip(), line[165:170].strip()
    if line[:2] != _MUNICIPALITY:
        raise ValueError("does not begin with the type of a record")
    if not _KEY.fullmatch(key):
        raise ValueError("the key (places 11 to 18) does not have eight digits")
    if not name:
        raise ValueError("the name (places 23 to 72) is missing")
    return key, name, seat if _CODE.fullmatch(seat) else ""


def _is_in(key: str, districts: Sequence[str]) -> bool:
    return not districts or any(key.startswith(district) or district.startswith(key) for district in districts)
