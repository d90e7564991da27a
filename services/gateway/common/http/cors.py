"""What pages of any origin may do with the interface: all that its keys allow, and nothing by a cookie (Fetch, 3.2)."""

from typing import Final

# A request with a cookie is never let through: credentials are not allowed along, and keys travel in Authorization.
_REQUEST_HEADERS: Final = (
    "Accept-Language",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-None-Match",
    "Last-Event-ID",
    "Prefer",
)
_RESPONSE_HEADERS: Final = (
    "Allow",
    "Content-Language",
    "ETag",
    "Last-Event-ID",
    "Location",
    "Preference-Applied",
    "Retry-After",
)

HEADERS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": ", ".join(_RESPONSE_HEADERS),
}
"""What every answer of the interface carries."""


def preflight(methods: str) -> dict[str, str]:
    """What answers the question whether a request may be sent, with one of ``methods`` (as in ``Allow``)."""
    return {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": ", ".join(_REQUEST_HEADERS),
        "Access-Control-Max-Age": "86400",
    }


def is_open(path: str) -> bool:
    """Whether ``path`` belongs to the interface, which pages of any origin may use."""
    return path.startswith(("/v1/", "/asyncapi/", "/openapi.json"))
