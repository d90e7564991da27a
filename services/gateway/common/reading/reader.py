"""A small, explainable reader: which topics a German text is about, by which of its words, and what cannot wait.

A word of the list counts one, a hint half as much. Nothing is learnt and nothing is kept: the same text is always read
the same way, and the words that led there are shown.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from services.gateway.common.reading.spelling import keys_of
from services.gateway.common.reading.words import FLAGS, Entry, Row, TopicWords

Parts = Callable[[str], frozenset[str]]
Span = tuple[int, int]
"""The first and the last place of words in a row."""

ENOUGH: Final = 0.5
"""A topic with less than this score is not proposed."""
_LONGEST: Final = 40
_TOKEN: Final = re.compile(r"[^\W_]+|[!?;:\n,–—]|(?<!\d)\.")
_ENDS_A_SENTENCE: Final = frozenset(".!?;:\n")
_ENDS_A_CLAUSE: Final = _ENDS_A_SENTENCE | frozenset(",–—")
_BEGINS_A_CLAUSE: Final = frozenset(
    ("sondern", "aber", "doch", "wenn", "weil", "dass", "als", "wie", "obwohl", "damit", "falls", "nachdem", "bis")
)


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


@dataclass(frozen=True, slots=True)
class Hit:
    """Where an entry is found in a text: a span for each of its rows."""

    entry: Entry
    spans: tuple[Span, ...]


@dataclass(slots=True)
class _Text:
    """A text by its words: where each stands, in which sentence and clause, and where the words of entries are."""

    text: str
    words: list[re.Match[str]] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    clauses: list[int] = field(default_factory=list)
    places: dict[int, set[int]] = field(default_factory=dict)

    def shown(self, span: Span) -> str:
        """The words of a span as they were written."""
        return self.text[self.words[span[0]].start() : self.words[span[1]].end()]


def read(text: str, words: TopicWords, parts_of: Parts) -> Reading:
    """Read ``text``; ``parts_of`` takes a word apart."""
    taken = _taken_apart(text, words, parts_of)
    skipped = set(_not_about(taken, words))
    told = [hit for hit in _hits(words.topics, taken) if not any(last in skipped for _, last in hit.spans)]
    by_topic = groupby(sorted(told, key=lambda hit: hit.entry.name), key=lambda hit: hit.entry.name)
    proposals = [_proposal(topic, list(found), taken) for topic, found in by_topic]
    best = sorted((one for one in proposals if one.score >= ENOUGH), key=lambda one: (-one.score, one.topic))
    flags = {hit.entry.name for hit in _flag_hits(taken, words)}
    return Reading(tuple(best), tuple(flag for flag in FLAGS if flag in flags))


def _flag_hits(taken: _Text, words: TopicWords) -> Iterator[Hit]:
    """What cannot wait, except where its clause denies it, or its sentence only mentions it."""
    denied = {
        (hit.entry.name, taken.clauses[first])
        for hit in _hits(words.denied, taken)
        for first, last in hit.spans
        if taken.clauses[first] == taken.clauses[last]
    }
    mentioned = {(hit.entry.name, taken.sentences[hit.spans[0][0]]) for hit in _hits(words.mentioned, taken)}
    for hit in _hits(words.flags, taken):
        name, first = hit.entry.name, hit.spans[0][0]
        if (name, taken.sentences[first]) in mentioned:
            continue
        if any((name, taken.clauses[last]) in denied for _, last in hit.spans):
            continue
        yield hit


def _taken_apart(text: str, words: TopicWords, parts_of: Parts) -> _Text:
    taken = _Text(text)
    known: dict[str, set[int]] = {}
    sentence = clause = 0
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in _ENDS_A_CLAUSE:
            clause += 1
            sentence += token in _ENDS_A_SENTENCE
            continue
        clause += token.lower() in _BEGINS_A_CLAUSE
        place = len(taken.words)
        taken.words.append(match)
        taken.sentences.append(sentence)
        taken.clauses.append(clause)
        if token not in known:
            keys = keys_of(token[:_LONGEST], parts_of(token))
            known[token] = {number for key in keys for number in words.numbers.get(key, ())}
        for number in known[token]:
            taken.places.setdefault(number, set()).add(place)
    return taken


def _proposal(topic: str, hits: Iterable[Hit], taken: _Text) -> Proposal:
    """What was found counts once: neither the same entry again, nor another in the same words; the simplest first."""
    counted: dict[str, float] = {}
    entries: set[Entry] = set()
    used: set[int] = set()
    for hit in sorted(hits, key=lambda hit: (-hit.entry.weight, len(hit.spans), hit.spans)):
        places = {place for first, last in hit.spans for place in range(first, last + 1)}
        if hit.entry in entries or used & places:
            continue
        used |= places
        entries.add(hit.entry)
        for span in hit.spans:
            counted[taken.shown(span)] = hit.entry.weight / len(hit.spans)
    return Proposal(topic, tuple(counted), round(1 - 0.5 ** sum(counted.values()), 2))


def _hits(entries: Iterable[Entry], taken: _Text) -> Iterator[Hit]:
    """Each entry wherever its row is found; one of several rows, in each sentence in which all of them are."""
    there = taken.places.keys()
    for entry in entries:
        if not entry.numbers <= there:
            continue
        if len(entry.rows) == 1:
            yield from (Hit(entry, (span,)) for span in _spans(entry.rows[0], taken))
            continue
        found = [{taken.sentences[span[0]]: span for span in _spans(row, taken)} for row in entry.rows]
        for sentence in set.intersection(*(set(one) for one in found)):
            yield Hit(entry, tuple(one[sentence] for one in found))


def _spans(row: Row, taken: _Text) -> Iterator[Span]:
    """Where the words of ``row`` follow each other within a sentence."""
    for first in sorted(taken.places[row[0][0]], reverse=True):
        ends = {first}
        for number, between in row[1:]:
            after = {place for end in ends for place in range(end + 1, end + between + 2)}
            ends = {one for one in after & taken.places[number] if taken.sentences[one] == taken.sentences[first]}
        if ends:
            yield first, min(ends)


def _not_about(taken: _Text, words: TopicWords) -> Iterator[int]:
    """Places of the words that a text says it is not about: up to the end of the clause."""
    for hit in _hits(words.not_about, taken):
        _, last = hit.spans[0]
        yield from (
            place for place, clause in enumerate(taken.clauses) if place > last and clause == taken.clauses[last]
        )
