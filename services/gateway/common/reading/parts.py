"""German words in their parts: Flüchtlingshilfe is *flüchtling* and *hilfe*, angefeindet is *feind*.

The library is loaded when the first text comes: it and numpy take fifty megabytes, which a gateway that nobody asks
this needs not have.
"""

from functools import cache
from typing import Any, Final

_MODEL: Final = "morphmodel_ger.pgz"
_SHORTEST: Final = 2
# What is shorter has no parts worth a look; half of all words are.
_FEWEST: Final = 5
# Taking a word apart costs as much as the square of its length: one of a thousand letters would take ten seconds.
_LONGEST: Final = 40


def parts_of(word: str) -> frozenset[str]:
    """The parts of ``word`` in lower case, and the word itself; endings and joints of one letter are left out.

    A word of fewer than five or more than forty letters is not taken apart.
    """
    if not _FEWEST <= len(word) <= _LONGEST:
        return frozenset((word.lower(),))
    analysed: str = _tagger().analyze(word, taglevel=2)[0]
    parts = {part for part in analysed.lower().split("+") if len(part) > _SHORTEST}
    return frozenset(parts | {word.lower()})


@cache
def _tagger() -> Any:
    from HanTa import HanoverTagger

    return HanoverTagger.HanoverTagger(_MODEL)
