"""Text of partners as safe HTML."""

import re
from typing import Final

from markupsafe import Markup, escape

_LINK: Final = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_AFTER_LINK: Final = ".,;:!?'…»“”’*_"
_REL: Final = "nofollow noopener"


def paragraphs(text: str | None) -> list[Markup]:
    """The paragraphs of a plain text, parted by empty lines, with its web addresses as links."""
    parts = re.split(r"\n\s*\n", (text or "").replace("\r\n", "\n").strip())
    return [Markup("<br>").join(_linked(line) for line in part.split("\n")) for part in parts if part]


def safe_link(address: str | None) -> str | None:
    """``address`` where a browser would open it as a web page, so never ``javascript:``."""
    return address if address and _LINK.fullmatch(address) else None


def capitalised(word: str) -> str:
    """A word of a vocabulary, such as ``familien``, as it stands in a list."""
    return word[:1].upper() + word[1:]


def _linked(line: str) -> Markup:
    html, done = Markup(), 0
    for match in _LINK.finditer(line):
        address = _trimmed(match[0])
        if not _LINK.fullmatch(address):
            continue
        html += escape(line[done : match.start()])
        html += Markup('<a href="{0}" rel="{1}">{2}</a>').format(address, _REL, _shown(address))
        done = match.start() + len(address)
    return html + escape(line[done:])


def _trimmed(address: str) -> str:
    """Without what belongs to the sentence around it, as in ``(see https://example.org).``"""
    while address and (address[-1] in _AFTER_LINK or (address[-1] == ")" and address.count(")") > address.count("("))):
        address = address[:-1]
    return address


def _shown(address: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", address, flags=re.IGNORECASE).rstrip("/")
