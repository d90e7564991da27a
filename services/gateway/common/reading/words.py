"""The words by which topics are found, and what cannot wait, are the alliance's data; here they are read and indexed.

An *entry* is one or more rows of words that must stand in the same sentence (``row + row``, in any order). How the
words of a row are written, ``shared/data/topic_words.toml`` says at its top.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.gateway.common.reading.spelling import as_written, beginning, folded, spellings
from shared.data import data_file

FLAGS: Final = ("threat", "crisis", "emergency")
_TABLES: Final = frozenset(("topics", "sets", "flags", "phrases", "denied", "mentioned", "not_about"))
_WEIGHTS: Final = {"words": 1.0, "hints": 0.5}
_GAP: Final = ".."
_MOST_BETWEEN: Final = 5
_WORD: Final = re.compile(r"=?[^\W_]+\*?|@\w+")

Row = tuple[tuple[int, int], ...]
"""Each word of a row by its number, and how many other words may stand before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``name``: a topic or a flag; ``rows`` must all stand in one sentence; ``weight``: what it counts for a topic;
    ``numbers``: the words that a text must have, all of them."""

    name: str
    rows: tuple[Row, ...]
    weight: float
    numbers: frozenset[int]


@dataclass(frozen=True, slots=True)
class TopicWords:
    """Entries by what they are for; ``numbers``: how a word may be written (``spelling``) → its numbers in rows."""

    numbers: Mapping[str, tuple[int, ...]]
    topics: tuple[Entry, ...]
    flags: tuple[Entry, ...]
    denied: tuple[Entry, ...]
    mentioned: tuple[Entry, ...]
    not_about: tuple[Entry, ...]


def read_topic_words(file: Path) -> TopicWords:
    """The words of a TOML file like ``shared/data/topic_words.toml``.

    Raises:
        OSError, tomllib.TOMLDecodeError: it cannot be read.
        ValueError: it names a table, a flag or a set that there is not, or an entry cannot be understood.
    """
    try:
        return _topic_words(tomllib.loads(file.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error


@cache
def topic_words() -> TopicWords:
    """The words in ``TOPIC_WORDS_FILE``, or those of the first alliance; errors as ``read_topic_words``."""
    return read_topic_words(data_file("TOPIC_WORDS_FILE", "topic_words.toml"))


def _topic_words(given: Mapping[str, Any]) -> TopicWords:
    _refuse_unknown("tables", given, _TABLES)
    tables = {name: _table(name, given.get(name, {})) for name in _TABLES}
    for name in ("flags", "phrases", "denied", "mentioned"):
        _refuse_unknown("flags", tables[name], FLAGS)
    topics = {topic: _table(f"topics.{topic}", one) for topic, one in tables["topics"].items()}
    for topic, one in topics.items():
        _refuse_unknown(f"lists of topic {topic}", one, _WEIGHTS)
    numbering = _Numbering({name: _texts(f"sets.{name}", words) for name, words in tables["sets"].items()})

    def entries(table: str, named: Mapping[str, Any], weight: float = 1.0) -> tuple[Entry, ...]:
        return tuple(
            _entry(name, numbering.rows(f"{table}.{name}", text), weight)
            for name, texts in named.items()
            for text in _texts(f"{table}.{name}", texts)
        )

    return TopicWords(
        topics=tuple(
            entry
            for which, weight in _WEIGHTS.items()
            for entry in entries("topics", {topic: one.get(which, []) for topic, one in topics.items()}, weight)
        ),
        flags=entries("flags", tables["flags"]) + entries("phrases", tables["phrases"]),
        denied=entries("denied", tables["denied"]),
        mentioned=entries("mentioned", tables["mentioned"]),
        not_about=entries("not_about", tables["not_about"]),
        numbers={key: tuple(found) for key, found in numbering.numbers.items()},
    )


def _table(where: str, given: Any) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise ValueError(f"{where} is not a table")  # noqa: TRY004 - to whoever set the file it is a wrong value
    return given


def _entry(name: str, rows: tuple[Row, ...], weight: float) -> Entry:
    return Entry(name, rows, weight, frozenset(number for row in rows for number, _ in row))


def _refuse_unknown(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    if unknown := set(given) - set(known):
        raise ValueError(f"unknown {what}: {', '.join(sorted(unknown))}")


def _texts(where: str, given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
        raise ValueError(f"{where} is not a list of words")
    return given


@dataclass(slots=True)
class _Numbering:
    """Gives each word and each set a number, the same wherever it stands."""

    sets: Mapping[str, list[str]]
    numbers: dict[str, list[int]] = field(default_factory=dict)
    _known: dict[str, int] = field(default_factory=dict)

    def rows(self, where: str, text: str) -> tuple[Row, ...]:
        """An entry as it is written, in numbers."""
        return tuple(self._row(f"{where}: {text}", row.split()) for row in text.replace("-", " ").split("+"))

    def _row(self, where: str, words: list[str]) -> Row:
        row: list[tuple[int, int]] = []
        between = 0
        if not words or _GAP in (words[0], words[-1]):
            raise ValueError(f"{where}: a row begins and ends with a word")
        for word in words:
            if word == _GAP:
                between = _MOST_BETWEEN
                continue
            row.append((self._number(where, word, alone=len(words) == 1), between))
            between = 0
        return tuple(row)

    def _number(self, where: str, word: str, alone: bool) -> int:
        if not _WORD.fullmatch(word):
            raise ValueError(f"{where}: {word!r} is no word")
        written = word if alone or word.startswith(("@", "=")) else f"={word}"
        if written not in self._known:
            number = self._known[written] = len(self._known)
            for key in self._keys(where, written):
                self.numbers.setdefault(key, []).append(number)
        return self._known[written]

    def _keys(self, where: str, written: str) -> set[str]:
        """How a word of a text may be written to be this one."""
        if written.startswith("@"):
            if written[1:] not in self.sets:
                raise ValueError(f"{where}: unknown set {written[1:]}")
            members = self.sets[written[1:]]
            if wrong := [one for one in members if "@" in one or not _WORD.fullmatch(one)]:
                raise ValueError(f"sets.{written[1:]}: {wrong[0]!r} is not one word")
            return {key for one in members for key in self._keys(where, f"={one.removeprefix('=')}")}
        word = written.removeprefix("=")
        if word.endswith("*"):
            return {beginning(one) for one in spellings(word.removesuffix("*"))}
        return {as_written(one) if written.startswith("=") else folded(one) for one in spellings(word)}
