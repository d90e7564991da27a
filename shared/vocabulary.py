"""The alliance's words are data: which topics it has, what they are called, in which time zone it lives."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from shared.data import data_file


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """``topics``: slug → language → label, in the order of the file. ``time_zone``: IANA name.

    ``subdivision``: the federal state whose public holidays count, as in ISO 3166-2 without the country; empty: those
    of the whole country.
    """

    topics: Mapping[str, Mapping[str, str]]
    time_zone: str
    subdivision: str = ""

    def label(self, topic: str, language: str) -> str:
        """What a topic is called; the slug itself where the vocabulary does not know it."""
        labels = self.topics.get(topic, {})
        return labels.get(language) or labels.get("de") or topic


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary in ``VOCABULARY_FILE``, or that of the first alliance.

    Raises:
        OSError, tomllib.TOMLDecodeError, KeyError: the file is missing, no TOML, or without ``topics``.
    """
    content = tomllib.loads(data_file("VOCABULARY_FILE", "vocabulary.toml").read_text(encoding="utf-8"))
    return Vocabulary(
        topics=content["topics"],
        time_zone=content.get("time_zone", "Europe/Berlin"),
        subdivision=content.get("subdivision", ""),
    )
