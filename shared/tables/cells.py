"""What single cells of an office's table mean: yes and no, languages, web addresses, codes without their zero."""

from typing import Final

from shared.calendars.text import web_address

YES: Final = frozenset({"ja", "j", "x", "1", "true", "wahr", "yes", "y"})
NO: Final = frozenset({"nein", "n", "0", "false", "falsch", "no", ""})
_LANGUAGES: Final = {
    "deutsch": "de", "englisch": "en", "arabisch": "ar", "ukrainisch": "uk", "russisch": "ru", "farsi": "fa",
    "persisch": "fa", "dari": "prs", "tuerkisch": "tr", "kurdisch": "ku", "paschtu": "ps", "tigrinya": "ti",
    "franzoesisch": "fr", "spanisch": "es", "polnisch": "pl", "tschechisch": "cs", "vietnamesisch": "vi",
    "rumaenisch": "ro", "gebaerdensprache": "gsg", "dgs": "gsg", "german": "de", "english": "en", "arabic": "ar",
}  # fmt: skip


def language(name: str) -> str:
    """The tag of a language from the slug of its German or English name; anything else as it is."""
    return _LANGUAGES.get(name, name)


def address(text: str) -> str:
    """Offices write ``www.example.org``; what it lacks is clear."""
    return text if web_address(text) or not text.startswith("www.") else f"https://{text}"


def restore_zero(digits: str, length: int, what: str, notes: list[str]) -> str:
    """Spreadsheets take codes for numbers and drop the zero that every postal code of Saxony begins with."""
    if digits.isdecimal() and len(digits) == length - 1:
        notes.append(f"{what} {digits} read as 0{digits}")
        return f"0{digits}"
    return digits
