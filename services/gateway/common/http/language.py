"""The languages in which the gateway gives its reasons and words minutes: one for each catalogue in ``locales``."""

from pathlib import Path
from typing import Final

from shared.language import Languages

LANGUAGES: Final = Languages(Path(__file__).parent / "locales")
negotiate: Final = LANGUAGES.negotiate
