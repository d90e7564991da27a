"""How words may be written to count as the same: without capitals, umlauts and double letters."""

import re
from collections.abc import Iterator
from typing import Final

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e"})
_BARE: Final = str.maketrans({"ä": "a", "ö": "o", "ü": "u"})
_DOUBLE: Final = re.compile(r"([^\W\d_])\1")
_LONG: Final = 7
_PREFIX: Final = 5
_INSIDE: Final = 8


def folded(word: str) -> str:
    """``word`` as it is compared: *Ausländerbehörde* and *auslaenderbehoerde*, *Hass* and *has* are the same."""
    return _DOUBLE.sub(r"\1", word.lower().translate(_UMLAUTS))


def spellings(word: str) -> set[str]:
    """``word`` folded, and a long one also without the dots: *auslander*; *toten* is not *töten*."""
    return {folded(word), folded(word.lower().translate(_BARE))} if len(word) >= _LONG else {folded(word)}


def as_written(word: str) -> str:
    """The key of a whole word."""
    return f"={word}"


def beginning(word: str) -> str:
    """The key of whatever begins with ``word``."""
    return f"{word}*"


def keys_of(token: str, parts: frozenset[str]) -> Iterator[str]:
    """All keys by which a word of a text may be found.

    The whole; each beginning; each part, and its beginnings from five letters on; whatever is inside from eight on,
    as people write compounds that no library takes apart (*flüchtlingsheim*, *Asyl-Bewerberin*).
    """
    word = folded(token)
    yield as_written(word)
    for end in range(1, len(word) + 1):
        yield beginning(word[:end])
    for part in {word, *map(folded, parts)}:
        yield part
        for end in range(_PREFIX, len(part)):
            yield part[:end]
    for start in range(1, len(word) - _INSIDE + 1):
        for end in range(start + _INSIDE, len(word) + 1):
            yield word[start:end]
