"""Links that open one thing for whoever has them, without an account: derived from a secret, stored nowhere.

A token holds what it opens, for what purpose, and a number that makes it void when that one is used up; and their MAC.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal, get_args
from uuid import UUID

from services.gateway.settings import Settings

Purpose = Literal["status", "answer", "concern"]
"""What a link opens: a request for the person who made it; the answer of a network that is asked; a worry for whoever
wrote it."""

_PURPOSES: Final = get_args(Purpose)
_UUID: Final = 16
_NUMBER: Final = 2
_MAC: Final = 16
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Link:
    """What a token opens. ``number``: of an answer which assignment it is about, counted from 1; else 0."""

    purpose: Purpose
    id: str
    number: int = 0


def token_of(settings: Settings, link: Link) -> str:
    """The token of a link."""
    content = _content(link)
    return urlsafe_b64encode(content + _mac(settings.link_secret.get_secret_value(), content)).decode().rstrip("=")


def opened_by(settings: Settings, token: str, purpose: Purpose) -> Link | None:
    """What a token opens; None where it was not made here, or for something else. Compared in constant time.

    While the secret is renewed, tokens by the one before it open as well.
    """
    try:
        raw = urlsafe_b64decode(token[:_LONGEST] + "=" * (-len(token[:_LONGEST]) % 4))
    except (Base64Error, ValueError):
        return None
    content, mac = raw[:-_MAC], raw[-_MAC:]
    if len(content) != 1 + _UUID + _NUMBER or content[0] != _PURPOSES.index(purpose):
        return None
    secrets = [settings.link_secret, *([settings.link_secret_before] if settings.link_secret_before else [])]
    if not any(hmac.compare_digest(_mac(secret.get_secret_value(), content), mac) for secret in secrets):
        return None
    id_ = UUID(bytes=content[1 : 1 + _UUID])
    return Link(purpose, str(id_), int.from_bytes(content[1 + _UUID :], "big"))


def keyed_hash(settings: Settings, text: str) -> str:
    """What tells whether two texts are the same without telling which: 128 bits, hexadecimal."""
    return _mac(settings.link_secret.get_secret_value(), text.encode()).hex()


def _content(link: Link) -> bytes:
    return bytes([_PURPOSES.index(link.purpose)]) + UUID(link.id).bytes + link.number.to_bytes(_NUMBER, "big")


def _mac(secret: str, content: bytes) -> bytes:
    return hmac.digest(secret.encode(), content, sha256)[:_MAC]
