"""API keys: ``bb_<id>_<secret>_<checksum>``; only a keyed hash of them is stored.

The checksum lets a client, or a scanner of leaked secrets, see a typing error without asking.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from zlib import crc32

PREFIX: Final = "bb"
OFFICE: Final = "office"
EVENTS_WRITE: Final = "events:write"
MEMBERS_WRITE: Final = "members:write"
SCOPES: Final = (EVENTS_WRITE, MEMBERS_WRITE, OFFICE)
LIVE_KEYS: Final = 2
_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A stored key. ``owner``: a partner's id or ``office``. Times aware; None: never."""

    id: str
    hash: bytes
    owner: str
    scopes: tuple[str, ...]
    note: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


def new_key() -> tuple[str, str]:
    """A fresh ``(id, key)`` with a 256-bit secret; the key is shown once and never again."""
    key_id = "".join(secrets.choice(_ALPHABET) for _ in range(10))
    body = f"{PREFIX}_{key_id}_{_base36(int.from_bytes(secrets.token_bytes(32)), 50)}"
    return key_id, f"{body}_{_checksum(body)}"


def id_of(key: str) -> str | None:
    """The id in a key that is whole, None where it is not one or was mistyped."""
    body, _, checksum = key.rpartition("_")
    parts = body.split("_")
    if len(parts) != 3 or parts[0] != PREFIX or not body.isascii() or _checksum(body) != checksum:
        return None
    return parts[1]


def hash_of(key: str, pepper: str) -> bytes:
    """What is stored of a key."""
    return hmac.digest(pepper.encode(), key.encode(), sha256)


def matches(stored: ApiKey, key: str, pepper: str) -> bool:
    """Whether ``key`` is the stored one, compared in constant time."""
    return hmac.compare_digest(stored.hash, hash_of(key, pepper))


def _checksum(body: str) -> str:
    return _base36(crc32(body.encode()), 7)


def _base36(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, rest = divmod(number, 36)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))
