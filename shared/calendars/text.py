"""Text as people and programs leave it: decoding, slugs, limits, addresses. Pure functions only."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

# Lengths the contract allows (shared.contracts.base); a test compares them with its schema.
LINE: Final = 300
PROSE: Final = 20_000
WORD: Final = 80
WORDS: Final = 20
UID: Final = 255
WEB_ADDRESS: Final = 2_000

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe"})
_CONTROL: Final = re.compile(r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]")
_SEPARATORS: Final = re.compile(r"[,;|\n]")
_COUNTRIES: Final = frozenset({"deutschland", "germany", "de", "d"})
_ADDRESS_PARTS: Final = re.compile(r"\s*[,\n]\s*|\s+@\s+")
_TOWN: Final = re.compile(r"(?:D-)?(?P<postal_code>\d{5})\s+(?P<town>[^\W\d][^\d@]*)")
_STREET_AND_TOWN: Final = re.compile(r"(?P<street>\D+\d+\s?[a-zA-Z]?)\s+(?P<town>\d{5}\s.+)")
_STREET: Final = re.compile(
    r".*\s\d+\s?[a-zA-Z]?(\s?[-–/+]\s?\d+\s?[a-zA-Z]?)?"
    r"|.*(straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer|markt|damm|promenade)",
    re.IGNORECASE,
)


def decode(data: bytes) -> str:
    """``data`` as text: UTF-8 with or without a BOM, UTF-16 with one, else Windows-1252.

    A byte that fits neither becomes U+FFFD, in its own line only, so that a reader can name the line. One
    line of proper non-ASCII UTF-8 is enough to know the file as UTF-8: German text in Windows-1252 never
    looks like that by chance.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    is_utf8 = data.startswith(b"\xef\xbb\xbf") or any(map(_speaks_utf8, data.split(b"\n")))
    return data.decode("utf-8-sig" if is_utf8 else "cp1252", "replace")


def _speaks_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return not line.isascii()


def slug(text: str) -> str:
    """A label as a slug: ``Flucht & Asyl`` → ``flucht-asyl``, ``Bürgerbeteiligung`` → ``buergerbeteiligung``."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", plain).strip("-")


def ascii_slug(text: str) -> str:
    """The same of the characters that an address or an id may have: ``Bürger für Zwickau e. V.`` as
    ``buerger-fuer-zwickau-e-v``."""
    return re.sub(r"[^a-z0-9]+", "-", slug(text)).strip("-")


def partner_id(name: str, known: Mapping[str, str]) -> str:
    """The id for a new organisation of this name: that of one of the same name, else a free one.

    ``known``: the names of all organisations by their ids.
    """
    for id_, other in known.items():
        if other.casefold() == name.casefold():
            return id_
    base = ascii_slug(name)[:32].strip("-")
    base = base if len(base) >= 3 and base != "office" else f"verein-{base}".strip("-")
    return next(id_ for number in range(1, 10_000) if (id_ := base if number == 1 else f"{base}-{number}") not in known)


def slugs(labels: Iterable[str]) -> list[str]:
    """The slugs of ``labels``: each once, in their order, none longer than the contract's word."""
    return list(dict.fromkeys(found for label in labels if (found := slug(label)[:WORD].strip("-"))))


def listed(cell: str) -> list[str]:
    """The parts of a list in one cell, separated by ``,`` ``;`` ``|`` or line breaks."""
    return [part.strip() for part in _SEPARATORS.split(cell) if part.strip()]


def one_line(text: str) -> str:
    """``text`` without control characters and without runs of white space."""
    return " ".join(_CONTROL.sub(" ", text).split())


def prose(text: str) -> str:
    """``text`` without the control characters that the contract refuses; line breaks stay."""
    return _CONTROL.sub("", text).strip()


def cut(text: str, limit: int) -> str:
    """``text``, with an ellipsis where it had to be cut to ``limit`` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def derived_uid(title: str, date: str, *more: str) -> str:
    """A stable uid for what has none: the same title, date and ``more`` always give the same."""
    digest = hashlib.sha256("\x1f".join((title, date, *more)).encode()).hexdigest()[:8]
    return "-".join(part for part in (slug(title)[:60].strip("-"), date[:10], digest) if part)


def web_address(text: str) -> str | None:
    """``text`` if it is an http or https address that the contract takes, else None."""
    fits = re.fullmatch(r"https?://[^\s\x00-\x1F\x7F]+", text) and len(text) <= WEB_ADDRESS
    return text if fits else None


def place_of(location: str) -> dict[str, object]:
    """A place from one line such as ``Gasometer, Kleine Biergasse 3, 08056 Zwickau``.

    It is taken apart only where a German postal code with its town stands at the end; otherwise all of it
    is the name. A country after the town is left out.
    """
    whole = cut(one_line(location), LINE)
    if not whole:
        return {}
    parts = [part for part in _ADDRESS_PARTS.split(location.strip()[: 2 * LINE]) if part]
    if len(parts) > 1 and parts[-1].casefold() in _COUNTRIES:
        parts.pop()
    joined = _STREET_AND_TOWN.fullmatch(parts[-1]) if parts else None
    if joined:
        parts[-1:] = [joined["street"], joined["town"]]
    town = _TOWN.fullmatch(one_line(parts[-1])) if parts else None
    if not town:
        return {"name": whole}
    place: dict[str, object] = {"postal_code": town["postal_code"], "municipality": cut(town["town"], LINE)}
    before = [one_line(part) for part in parts[:-1]]
    if before and _STREET.fullmatch(before[-1]):
        place["street"] = cut(before.pop(), LINE)
    if before:
        place["name"] = cut(", ".join(before), LINE)
    return place
