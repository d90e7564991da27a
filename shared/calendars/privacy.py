"""Takes people's addresses out of texts that were written for a calendar, not for publication.

A calendar feed often holds in its description what its owner would not print on a poster. DESIGN 2 and 8
allow no address of a person in any fact, and nobody can tell by looking whether ``anna@…`` is a person or
an office: so every e-mail address goes, and every telephone number that is clearly one (labelled,
international, or mobile). A landline number without a label stays: it is usually the house's, and cannot
be told from other figures. What a partner writes into a CSV or JSON made for publishing is left alone.

The UID is no text: it is often formed like an address (``1862@calendar.example``, RFC 7986 section 5.3),
names no mailbox, and has to stay as it is for later versions to find the event.
"""

import re
from typing import Final

EMAIL: Final = "[E-Mail]"
PHONE: Final = "[Telefon]"

# The look-behind and the possessive quantifiers keep the search linear on any input.
_LOCAL: Final = r"[\w.!#$%&'*+?^~-]"
_AT: Final = r"(?:@|\s?[(\[{]\s?(?:at|ät|@)\s?[)\]}]\s?)"
_DOT: Final = r"(?:\.|\s?[(\[{]\s?(?:dot|punkt|\.)\s?[)\]}]\s?)"
_LABEL: Final = r"[^\W_][\w-]*+"
_EMAIL: Final = re.compile(rf"(?:mailto:)?(?<!{_LOCAL}){_LOCAL}++{_AT}{_LABEL}(?:{_DOT}{_LABEL})++", re.IGNORECASE)
_NUMBER: Final = r"\(?\+?\d(?:[\s/().–-]{0,3}\d){4,17}"
_LABELLED: Final = re.compile(
    r"(?<!\w)(?P<label>(?:tele)?(?:fon|phone|fax)(?:nummer)?|tel|handy(?:nummer)?|mobil(?:e|funk)?|ruf(?:nummer)?)"
    rf"(?P<gap>[.:]{{0,2}}\s{{0,2}}){_NUMBER}",
    re.IGNORECASE,
)
_BARE: Final = re.compile(r"(?<![\w+/-])(?:\+[1-9]\d|00[1-9]\d|\(?01[567]\d\)?)(?:[\s/().–-]{0,3}\d){5,14}(?!\d)")


def has_email(text: str) -> bool:
    """Whether an e-mail address stands in ``text``."""
    return _EMAIL.search(text) is not None


def redact(text: str) -> str:
    """``text`` with ``[E-Mail]`` and ``[Telefon]`` in the places of addresses and numbers."""
    without_mail = _EMAIL.sub(EMAIL, text)
    labelled = _LABELLED.sub(lambda found: f"{found['label']}{found['gap']}{PHONE}", without_mail)
    return _BARE.sub(PHONE, labelled)
