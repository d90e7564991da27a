"""What is searched: the words of an event, and the words that somebody looks for; pure functions over texts."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from services.gateway.calendar.documents import overridden
from services.gateway.common.documents import Document
from shared.vocabulary import Vocabulary

# Text and query are parted alike, so that PostgreSQL's parser, which knows hosts and paths, has nothing to decide.
_BETWEEN: Final = re.compile(r"[\W_]+")
_TERM: Final = re.compile(r'"([^"]*)"|([^\s"]+)')
_QUOTES: Final = str.maketrans(dict.fromkeys("„“”«»", '"'))
_ACCENTED: Final = re.compile(r"[^\x00-\x7FäöüÄÖÜß]")
_DIAERESIS: Final = "\N{COMBINING DIAERESIS}"
_SHORTEST_BEGINNING: Final = 3


class Words(NamedTuple):
    """The words of an event by weight: its title, what it is about and where, its description."""

    title: str
    labels: str
    description: str


class Term(NamedTuple):
    """A word that is looked for, or several that stand together in this order (``is_phrase``)."""

    text: str
    is_phrase: bool


class Found(NamedTuple):
    """What a term is in the language of the index: stems with their places in it, and stems that it may mean too."""

    term: Term
    stems: Sequence[tuple[str, int]]
    alike: Sequence[str]


def words_of(document: Document, vocabulary: Vocabulary) -> dict[str, Words]:
    """What an event is found by, under an empty name; under its id what an occurrence with other words is found by."""
    different = {one["occurrence_id"]: overridden(document, one) for one in document["occurrences"]}
    own = {id_: _words(document | members, vocabulary) for id_, members in different.items() if members}
    return {"": _words(document, vocabulary), **own}


def terms(text: str) -> tuple[Term, ...]:
    """What somebody looks for: all of these. Quotation marks hold together what stands between them."""
    found: dict[Term, None] = {}
    for quoted, plain in _TERM.findall(text.translate(_QUOTES)):
        words = _plain(quoted or plain)
        if quoted and " " in words:
            found[Term(words, is_phrase=True)] = None
        else:
            found |= {Term(word, is_phrase=False): None for word in words.split()}
    return tuple(found)


def query(found: Sequence[Found]) -> str | None:
    """PostgreSQL's query for all of ``found``; None where nothing is looked for.

    A word is found by its stem, as a beginning, and as what it may mean too; a word like "and" has no stem.
    """
    wanted = [_either(*one) for one in found if one.stems]
    return " & ".join(wanted) or None


def _words(document: Mapping[str, object], vocabulary: Vocabulary) -> Words:
    def plain(*texts: object) -> str:
        return _plain(" ".join(text for text in texts if isinstance(text, str)))

    def members(name: str, *of: str) -> list[object]:
        given = document.get(name) or ()
        parts = given if isinstance(given, list | tuple) else (given,)
        return [part.get(key) for part in parts for key in of] if of else list(parts)

    topics = [str(topic) for topic in members("topics")]
    labels = [label for topic in topics for label in {topic, *vocabulary.topics.get(topic, {}).values()}]
    place = members("place", "name", "street", "postal_code", "municipality")
    about = [*sorted(labels), *members("target_groups"), *members("organisers", "name"), *place]
    return Words(
        title=plain(document.get("title")),
        labels=plain(*about, document.get("series")),
        description=plain(document.get("description")),
    )


def _plain(text: str) -> str:
    """The words of a text with a space between; without accents, but with umlauts, of which the index knows all."""
    text = _ACCENTED.sub(lambda letter: _bare(letter[0]), unicodedata.normalize("NFC", text))
    return _BETWEEN.sub(" ", text).strip()


@lru_cache(maxsize=1_024)
def _bare(letter: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", letter) if c == _DIAERESIS or not unicodedata.combining(c))


def _either(term: Term, stems: Sequence[tuple[str, int]], alike: Sequence[str]) -> str:
    if term.is_phrase:
        text, last = "", 0
        for stem, place in sorted(stems, key=lambda found: found[1]):
            text += (f" <{place - last}> " if text else "") + _quoted(stem)
            last = place
        return f"({text})"
    exact = [_quoted(stem) + (":*" if len(stem) >= _SHORTEST_BEGINNING else "") for stem, _ in stems]
    return f"({' | '.join([*exact, *map(_quoted, alike)])})"


def _quoted(stem: str) -> str:
    doubled = stem.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
