"""Which language a reader gets, and how texts, dates and times are said in it.

English is the language of the source; every other is found by its catalogues being there: one here for dates and
times, and one of each process that speaks to people, ``<folder>/<tag>/LC_MESSAGES/<name>.po``. German comes first: it
is what everyone gets who asks for nothing that there is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_scientific
from babel.support import NullTranslations, Translations

DEFAULT: Final = "de"

_OF_DATES: Final = Path(__file__).parent / "locales"
_UNCOUNTABLE: Final = 1e15
_LATE: Final = time(6)
_NIGHT: Final = timedelta(hours=12)
# Pages say the same few days and times over and over, and wording one takes Babel long.
_date_text: Final = lru_cache(maxsize=4_096)(format_date)
_time_text: Final = lru_cache(maxsize=1_440)(format_time)
_RANGE: Final = re.compile(
    r"\s*(?P<tag>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*[qQ]=(?P<q>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?"
)


@dataclass(frozen=True, slots=True)
class Language:
    """One language that readers can have. Texts take their values by name, as ``str.format`` does."""

    code: str
    locale: Locale = field(repr=False, compare=False)
    translations: NullTranslations = field(repr=False, compare=False)

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return str(self.locale.text_direction)

    def gettext(self, message: str, **values: Any) -> str:
        """``message``, an English text of the source, in this language."""
        text = self.translations.gettext(message)
        return text.format_map(values) if values else text

    def ngettext(self, singular: str, plural: str, number: int, **values: Any) -> str:
        """The form of a text that goes with ``number``, which it may name."""
        return self.translations.ngettext(singular, plural, number).format_map({"number": number, **values})

    def reason(self, code: str, values: Mapping[str, str | int | float], fallback: str) -> str:
        """The sentence of a field error; ``fallback``, the English one, where this language has none for it."""
        text = self._known("reason", code)
        try:
            return text.format_map({name: self._value(value) for name, value in values.items()}) if text else fallback
        except KeyError:  # written before the sentence named this value
            return fallback

    def explanation(self, given: Mapping[str, Any], context: str = "activity") -> str:
        """The sentence of an ``Explanation`` about ``context``; its own, English one where there is none."""
        text, values = self._known(context, given["code"]), given.get("values") or {}
        try:
            return text.format_map({n: self._said(v) for n, v in values.items()}) if text else str(given["detail"])
        except KeyError:  # written before the sentence named this value
            return str(given["detail"])

    def title(self, problem_type: str, fallback: str) -> str:
        """The title of a kind of problem; ``fallback`` as in ``reason``."""
        return self._known("problem", problem_type) or fallback

    def number(self, value: float) -> str:
        """``1.234`` or ``2,5``; ``1,5E25`` where nobody would count the figures; Babel cannot write them out."""
        write = format_decimal if abs(value) < _UNCOUNTABLE else format_scientific
        return write(value, locale=self.locale)

    def name_of(self, tag: str) -> str:
        """What this language calls the language ``tag``, itself where it has no word for it."""
        return str(self.locale.languages.get(tag.lower(), tag))

    def date_long(self, day: date) -> str:
        """``Donnerstag, 3. Dezember 2026``."""
        return _date_text(_day(day), "full", locale=self.locale)

    def date_range(self, first: date, last: date) -> str:
        """``3. Dezember 2026`` or ``3.–5. Dezember 2026``, both days included."""
        if _day(first) == _day(last):
            return _date_text(_day(first), "long", locale=self.locale)
        differs = "y" if first.year != last.year else "M" if first.month != last.month else "d"
        # CLDR has whole intervals with the month's short name only.
        parts = [re.sub("MMM+", "MMMM", part) for part in self.locale.interval_formats["yMMMd"][differs]]
        return "".join(
            _date_text(_day(day), part, locale=self.locale) for day, part in zip((first, last), parts, strict=True)
        )

    def month(self, day: date) -> str:
        """``Dezember 2026``."""
        return _date_text(_day(day), "LLLL y", locale=self.locale)

    def weekday(self, day: date) -> str:
        """``Donnerstag``."""
        return _date_text(_day(day), "cccc", locale=self.locale)

    def time_range(self, start: datetime, end: datetime | None = None) -> str:
        """``16:00 Uhr`` or ``16:00–18:00 Uhr``, by the clock of the times' own zone."""
        clock = _time_text(start.time(), "short", locale=self.locale)
        if end and (end, end.fold) != (start, start.fold):  # which of two equal hours counts
            clock += f"–{_time_text(end.time(), 'short', locale=self.locale)}"
        return (self._known("time", "{time}") or "{time}").format(time=clock)

    def period(self, start: date, end: date | None = None) -> str:
        """When something takes place. Two datetimes, or two dates of which ``end`` is included."""
        if not isinstance(start, datetime):
            if end and end != start:
                return self.date_range(start, end)
            all_day = self.gettext("all day")
            return f"{self.date_long(start)}, {all_day}"
        end = end if isinstance(end, datetime) else None
        if end is None or is_one_day(start, end):
            return f"{self.date_long(start)}, {self.time_range(start, end)}"
        first, last = (f"{self.date_long(moment)}, {self.time_range(moment)}" for moment in (start, end))
        return self.gettext("{first} to {last}", first=first, last=last)

    def _known(self, context: str, message: str) -> str | None:
        text = str(self.translations.pgettext(context, message))
        return None if text == message else text

    def _said(self, value: str | int | float) -> str | int:
        """A value of an explanation, in which days are dates of RFC 3339."""
        try:
            day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
        except ValueError:
            day = None
        return self.date_range(day, day) if day else self._value(value)

    def _value(self, value: str | int | float) -> str | int:
        return self.number(value) if isinstance(value, float) else value


def is_one_day(start: datetime, end: datetime) -> bool:
    """Whether people would say it is on one day: a dance until two in the morning is."""
    is_night = end.time() <= _LATE and end - start <= _NIGHT and (end.date() - start.date()).days == 1
    return end.date() <= start.date() or is_night


class Languages:
    """The languages of one process: those of which there is a catalogue in ``folder``, and English."""

    def __init__(self, folder: Path) -> None:
        self._by_code = _load(folder)

    def all(self) -> tuple[Language, ...]:
        """All languages that there are, the default first."""
        return tuple(self._by_code.values())

    def negotiate(self, accept_language: str | None) -> Language:
        """The language that fits an ``Accept-Language`` header best (RFC 9110, 12.5.4; lookup of RFC 4647, 3.4).

        Ranges of equal weight count in their order; what is no language range is passed over.
        """
        matches = map(_RANGE.fullmatch, (accept_language or "").split(","))
        ranges = [(match["tag"].lower(), float(match["q"] or 1)) for match in matches if match]
        refused = {tag for tag, weight in ranges if weight == 0}
        named = {tag for tag, _ in ranges}
        for tag, weight in sorted(ranges, key=lambda found: -found[1]):
            if weight == 0:
                break
            if tag == "*":
                fitting = [code for code in self._by_code if code not in named]
            else:
                fitting = [code for code in _shortened(tag) if code in self._by_code and code not in refused]
            if fitting:
                return self._by_code[fitting[0]]
        return self._by_code[DEFAULT]


def _shortened(tag: str) -> list[str]:
    """``de-at-1996``, ``de-at``, ``de``."""
    parts = tag.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _load(folder: Path) -> dict[str, Language]:
    # Dates in English are written the British way, as day and month are here.
    found = {"en": Language("en", Locale("en", "GB"), NullTranslations())}
    for file in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        name = file.parent.parent.name
        translations = _compiled(file, name)
        for of_dates in sorted(_OF_DATES.glob(f"{name}/LC_MESSAGES/*.po")):
            translations.merge(_compiled(of_dates, name))
        code = name.replace("_", "-").lower()
        found[code] = Language(code, Locale.parse(name), translations)
    return {DEFAULT: found.pop(DEFAULT), **found}


def _compiled(file: Path, name: str) -> Translations:
    with file.open("rb") as source:
        catalogue = read_po(source, locale=name)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)
