"""Addresses of calendars that only their members are to know: derived from the secret of this gateway, stored nowhere.

A calendar program sends no key, so the address itself opens the calendar.
"""

import hmac
from hashlib import sha256
from typing import Final

from services.gateway.settings import Settings

_PURPOSE: Final = b"meetings of "


def address(settings: Settings, organisation: str) -> str:
    """Where the calendar of an organisation's meetings is."""
    token = _token(settings, organisation)
    return f"{settings.public_url.rstrip('/')}/v1/members/{organisation}/meetings.ics?token={token}"


def opens(settings: Settings, organisation: str, token: str) -> bool:
    """Whether ``token`` opens the calendar of this organisation; compared in constant time."""
    return hmac.compare_digest(_token(settings, organisation).encode(), token.encode())


def _token(settings: Settings, organisation: str) -> str:
    pepper = settings.key_pepper.get_secret_value().encode()
    return hmac.digest(pepper, _PURPOSE + organisation.encode(), sha256).hex()
