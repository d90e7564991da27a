"""A small, explainable reader: which topics a German text is about, by which of its words, and what cannot wait.

A word of the list counts one, a hint half as much. Nothing is learnt and nothing is kept: the same text is always read
the same way, and the words that led there are shown.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from services.gateway.common.reading.words import FLAGS, TopicWords

Parts = Callable[[str], frozenset[str]]

ENOUGH: Final = 0.5
"""A topic with less than this score is not proposed."""
_HINT: Final = 0.5
_PREFIX: Final = 5
_TOKEN: Final = re.compile(r"[^\W\d_]+|[.!?;:\n]")
_ENDS_A_CLAUSE: Final = frozenset(".!?;:\n")
_BUT: Final = frozenset(("sondern", "aber", "doch"))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A topic that a text may be about; ``words``: those of the text that led there; ``score``: from 0 to 1."""

    topic: str
    words: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """``proposals``: the best first; ``flags``: what cannot wait, in the order of ``FLAGS``."""

    proposals: tuple[Proposal, ...]
    flags: tuple[str, ...]


def read(text: str, words: TopicWords, parts_of: Parts) -> Reading:
    """Read ``text``; ``parts_of`` takes a word apart."""
    tokens = _TOKEN.findall(text)
    lowered = [token.lower() for token in tokens]
    skipped = set(_not_about(lowered, words))
    weights: dict[str, dict[str, float]] = {}
    flags = {name for phrase, names in words.phrases.items() if any(_ends_of(phrase, lowered)) for name in names}
    for place, token in enumerate(tokens):
        if token in _ENDS_A_CLAUSE:
            continue
        parts = parts_of(token)
        flags.update(_named(parts, words.flags))
        if place in skipped:
            continue
        for named, weight in ((words.words, 1.0), (words.hints, _HINT)):
            for topic in _named(parts, named):
                found = weights.setdefault(topic, {})
                found[token] = max(found.get(token, 0.0), weight)
    proposals = [_proposal(topic, found) for topic, found in weights.items()]
    best = sorted((one for one in proposals if one.score >= ENOUGH), key=lambda one: (-one.score, one.topic))
    return Reading(tuple(best), tuple(flag for flag in FLAGS if flag in flags))


def _proposal(topic: str, found: Mapping[str, float]) -> Proposal:
    by_weight = sorted(found, key=lambda token: -found[token])
    return Proposal(topic, tuple(by_weight), round(1 - 0.5 ** sum(found.values()), 2))


def _named(parts: frozenset[str], named: Mapping[str, tuple[str, ...]]) -> set[str]:
    """What the parts of a word stand for: one of them is in the list, or begins with a long one that is."""
    found: set[str] = set()
    for part in parts:
        for length in range(_PREFIX, len(part)):
            found.update(named.get(part[:length], ()))
        found.update(named.get(part, ()))
    return found


def _not_about(lowered: list[str], words: TopicWords) -> Iterator[int]:
    """Places of the words that a text says it is not about: up to the end of the clause, or to a *sondern*."""
    for phrase in words.not_about:
        for end in _ends_of(phrase, lowered):
            for place in range(end, len(lowered)):
                if lowered[place] in _ENDS_A_CLAUSE | _BUT:
                    break
                yield place


def _ends_of(phrase: tuple[str, ...], lowered: list[str]) -> Iterator[int]:
    """The places behind each occurrence of ``phrase``."""
    for end in range(len(phrase), len(lowered) + 1):
        if tuple(lowered[end - len(phrase) : end]) == phrase:
            yield end
