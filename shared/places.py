"""The alliance's places are data: municipalities with their postal codes, where they lie, how they are found."""

import csv
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Final

from shared.data import data_file

DISTRICT: Final = 5
"""So many digits of a municipality's key are that of its district."""
COLUMNS: Final = ("ags", "name", "postal_codes", "retired_postal_codes", "latitude", "longitude")

_WRITTEN_OUT: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_STATUS: Final = re.compile(r"^\s*(?:stadt|gemeinde)\s+|,\s*\w*stadt\s*$", re.IGNORECASE)
_SUFFIX: Final = re.compile(r"\s*(?:[/(,]|\s(?:a|b|d|i|v|am|an|auf|bei|im|in|ob|unter|vor)\b).*")
_POSTAL_CODE: Final = re.compile(r"([0-9]{5})(?:\s+(.*\S))?")


@dataclass(frozen=True, slots=True)
class Place:
    """A municipality. ``ags``: official key, 8 digits; postal codes are those in use; its middle in WGS 84, degrees."""

    ags: str
    name: str
    postal_codes: tuple[str, ...]
    latitude: float
    longitude: float


class Places:
    """A gazetteer. Names are found in any case and with umlauts as ä, ae or a; keys and postal codes are text."""

    def __init__(self, rows: Iterable[tuple[Place, tuple[str, ...]]], digest: str = "") -> None:
        """``rows``: places, each with the retired postal codes by which it is found too. ``digest``: of their file."""
        self.digest: Final = digest
        self.items: Final[list[Place]] = []
        self._by_ags: dict[str, Place] = {}
        self._by_code: dict[str, list[Place]] = {}
        self._by_name: dict[str, list[Place]] = {}
        self._by_short_name: dict[str, list[Place]] = {}
        beginnings: list[tuple[str, bool, int]] = []
        for number, (place, retired) in enumerate(rows):
            self.items.append(place)
            self._by_ags[place.ags] = place
            for code in (*place.postal_codes, *retired):
                self._by_code.setdefault(code, []).append(place)
                beginnings.append((code, False, number))
            for spelling in spellings(place.name):
                self._by_name.setdefault(spelling, []).append(place)
                words = spelling.split()
                beginnings += [(" ".join(words[at:]), at > 0, number) for at in range(len(words))]
            for spelling in spellings(short_name(place.name)):
                self._by_short_name.setdefault(spelling, []).append(place)
        self._beginnings = sorted(beginnings)

    def by_ags(self, ags: str) -> Place | None:
        """The municipality with this key."""
        return self._by_ags.get(ags)

    def by_postal_code(self, code: str) -> list[Place]:
        """All municipalities that a postal code, also a retired one, belongs to."""
        return self._by_code.get(code, [])

    def by_name(self, name: str) -> list[Place]:
        """All municipalities of this name; where there is none, with this name before an addition such as ``/Sa.``"""
        wanted = sorted(spellings(_STATUS.sub("", name)))
        for index in (self._by_name, self._by_short_name):
            if found := {place.ags: place for spelling in wanted for place in index.get(spelling, ())}:
                return list(found.values())
        return []

    def meant(self, text: str) -> list[Place]:
        """Whom somebody means who writes an AGS, a postal code, a name, or ``08393 Schönberg``; several: unclear."""
        text = text.strip()
        if place := self._by_ags.get(text):
            return [place]
        if (match := _POSTAL_CODE.fullmatch(text)) is None:
            return self.by_name(text)
        places = self.by_postal_code(match[1])
        named = self.by_name(match[2]) if match[2] else []
        return [place for place in places if place in named] or places

    def beginning_with(self, text: str, limit: int) -> list[Place]:
        """At most ``limit`` places of which a postal code, the name or a word of it begins so, the best first.

        Whole names and codes come before beginnings, those before later words; else by name. No text: all.
        """
        text = text.strip()
        if not text:
            return self.items[:limit]
        if text[0].isdigit() and (found := self.meant(text)):
            return found[:limit]
        ranked: dict[int, tuple[bool, bool, str]] = {}
        for spelling in spellings(text):
            first = bisect_left(self._beginnings, (spelling,))
            for key, is_later, number in islice(self._beginnings, first, None):
                if not key.startswith(spelling):
                    break
                rank = (key != spelling or is_later, is_later, self.items[number].name)
                ranked[number] = min(rank, ranked.get(number, rank))
        return [self.items[number] for number in sorted(ranked, key=lambda number: (ranked[number], number))[:limit]]


def spellings(text: str) -> set[str]:
    """How a name may be written without umlauts and signs, in lower case: ``muelsen`` and ``mulsen`` for Mülsen."""
    lower = unicodedata.normalize("NFC", text).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    words = (re.sub(r"[\W_]+", " ", one).strip() for one in (lower.translate(_WRITTEN_OUT), bare))
    return {re.sub(r"\bsankt\b", "st", one) for one in words} - {""}


def short_name(name: str) -> str:
    """A name without its addition: Lichtenstein of ``Lichtenstein/Sa.``, Frankfurt of ``Frankfurt (Oder)``."""
    return _SUFFIX.sub("", name, count=1)


def read_places(file: Path) -> Places:
    """The places of a CSV file with ``COLUMNS``, UTF-8; several postal codes parted by spaces.

    Raises:
        OSError: it cannot be read.
        ValueError: a line is wrong; names file, line and column.
    """

    def row(line: int, given: dict[str, str | None]) -> tuple[Place, tuple[str, ...]]:
        values = {column: (given.get(column) or "").strip() for column in COLUMNS}
        codes, retired = (tuple(values[column].split()) for column in COLUMNS[2:4])
        wrong = [c for c in COLUMNS[4:] if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]+)?", values[c])]
        wrong += ["ags"] * (not re.fullmatch(r"[0-9]{8}", values["ags"])) + ["name"] * (not values["name"])
        wrong += ["postal_codes"] * any(not re.fullmatch(r"[0-9]{5}", code) for code in (*codes, *retired))
        if wrong:
            raise ValueError(f"{file}, line {line}: {', '.join(wrong)} missing or wrong")
        place = Place(values["ags"], values["name"], codes, float(values["latitude"]), float(values["longitude"]))
        return place, retired

    content = file.read_bytes()
    reader = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""))
    rows = [row(reader.line_num, given) for given in reader]
    return Places(rows, blake2b(content, digest_size=16).hexdigest())


@cache
def places() -> Places:
    """The places in ``PLACES_FILE``, or those of the first alliance's region; errors as ``read_places``."""
    return read_places(data_file("PLACES_FILE", "places.csv"))
