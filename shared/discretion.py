"""How small a number may be that tells of people."""

from typing import Final

SHOWN_FROM: Final = 5
"""No statistic about people says a number that is smaller, as it could tell of single ones (DESIGN 9)."""
