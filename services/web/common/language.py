"""The languages in which there are pages: one for each catalogue in ``locales``."""

from pathlib import Path
from typing import Final

from shared.language import Languages

LANGUAGES: Final = Languages(Path(__file__).parent / "locales")
languages: Final = LANGUAGES.all
negotiate: Final = LANGUAGES.negotiate
