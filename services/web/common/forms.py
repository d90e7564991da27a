"""Forms as browsers send them: their fields, and which of them were typed or ticked."""

import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, TypeAlias
from urllib.parse import parse_qs, urlsplit

import orjson
from starlette.requests import Request

from services.web.common.problems import PageError
from shared.contracts.base import FieldError
from shared.language import Language

Fields: TypeAlias = Mapping[str, Sequence[str]]

LARGEST: Final = 256 * 1024
MOST_FIELDS: Final = 2_500
"""A meeting has a field for each member in the form for who took part; its command takes 2,000."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in a form's fields. ``several``: of fields that can be ticked more than once."""

    values: Mapping[str, str] = field(default_factory=dict)
    several: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")

    def has(self, name: str, value: str) -> bool:
        """Whether ``value`` is ticked."""
        return value in self.several.get(name, ())


def typed(fields: Fields, several: Sequence[str] = ("topics", "languages")) -> Typed:
    """The form as it was sent. ``several``: its fields that can be ticked more than once."""
    values = {name: texts[-1].replace("\r\n", "\n").strip() for name, texts in fields.items() if name not in several}
    return Typed(values, {name: tuple(fields.get(name, ())) for name in several})


def reason(field_name: str, code: str, detail: str, /, **values: str | int | float) -> FieldError:
    """What is wrong with a field, in English; the catalogue knows ``code`` in other languages."""
    return FieldError(field=field_name, code=code, detail=detail.format(**values), values=values)


def in_language(errors: Iterable[FieldError], language: Language) -> list[dict[str, str]]:
    """Errors of ours as the gateway says its own: ``field`` and ``detail``, in the reader's language."""
    return [
        {"field": error.field, "detail": language.reason(error.code, error.values, error.detail)} for error in errors
    ]


async def read_form(request: Request, public_url: str) -> Fields:
    """The fields of a form that was sent from a page of ours, which people reach at ``public_url``.

    Raises:
        PageError: it was sent from elsewhere, is too large or no form.
    """
    if not is_from_here(request, public_url):
        raise PageError(403, "form-foreign")
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise PageError(415)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise PageError(413)
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise PageError(422) from None


def form_token(session: str) -> str:
    """What stands in each form of a session; another site cannot know it."""
    return hmac.digest(session.encode(), b"form", sha256).hex()


def check_token(fields: Fields, session: str) -> None:
    """Refuse a form that is not of this session.

    Raises:
        PageError: 403.
    """
    if not hmac.compare_digest((fields.get("csrf") or ("",))[-1].encode(), form_token(session).encode()):
        raise PageError(403, "form-foreign")


def new_key() -> str:
    """What tells a page from others, so that a form of it sent twice acts once."""
    return secrets.token_urlsafe(12)


def idempotency_key(fields: Fields, path: str) -> str:
    """The key under which what a form asks for acts once: the same for the same page, address and fields."""
    said = [(name, *fields[name]) for name in sorted(fields) if name != "csrf"]
    return sha256(orjson.dumps([path, said])).hexdigest()


def is_from_here(request: Request, public_url: str) -> bool:
    """Whether a form was sent by a page of ours, as far as the browser says; those that say nothing are old."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    ours = urlsplit(public_url)
    return origin == f"{ours.scheme}://{ours.netloc}" or urlsplit(origin).netloc == request.headers.get("host")
