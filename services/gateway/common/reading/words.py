"""The words by which topics are found are the alliance's data."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from shared.data import data_file

FLAGS: Final = ("threat", "crisis", "emergency")


@dataclass(frozen=True, slots=True)
class TopicWords:
    """``words`` and ``hints``: part of a word → topics; ``flags``: part of a word → flag; ``phrases``: words in a row
    → flag; ``not_about``: words in a row after which nothing is taken for what a text is about."""

    words: Mapping[str, tuple[str, ...]]
    hints: Mapping[str, tuple[str, ...]]
    flags: Mapping[str, tuple[str, ...]]
    phrases: Mapping[tuple[str, ...], tuple[str, ...]]
    not_about: tuple[tuple[str, ...], ...]


def read_topic_words(file: Path) -> TopicWords:
    """The words of a TOML file like ``shared/data/topic_words.toml``.

    Raises:
        OSError, tomllib.TOMLDecodeError: it cannot be read.
        ValueError: it names a flag that there is not.
    """
    given: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    phrases = given.get("phrases", {})
    if unknown := (given.get("flags", {}).keys() | phrases.keys()) - set(FLAGS):
        raise ValueError(f"{file}: unknown flags: {', '.join(sorted(unknown))}")
    topics = given.get("topics", {})
    return TopicWords(
        words=_turned({topic: one.get("words", ()) for topic, one in topics.items()}),
        hints=_turned({topic: one.get("hints", ()) for topic, one in topics.items()}),
        flags=_turned(given.get("flags", {})),
        phrases={tuple(text.split()): names for text, names in _turned(phrases).items()},
        not_about=tuple(tuple(text.split()) for text in given.get("not_about", {}).get("phrases", ())),
    )


@cache
def topic_words() -> TopicWords:
    """The words in ``TOPIC_WORDS_FILE``, or those of the first alliance; errors as ``read_topic_words``."""
    return read_topic_words(data_file("TOPIC_WORDS_FILE", "topic_words.toml"))


def _turned(of: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Word → names, from name → words."""
    found: dict[str, list[str]] = {}
    for name, words in of.items():
        for word in words:
            found.setdefault(str(word).lower(), []).append(name)
    return {word: tuple(names) for word, names in found.items()}
