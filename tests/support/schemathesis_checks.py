"""What schemathesis is told about this interface, loaded by it as hooks: what a schema cannot say."""

from typing import Any, Final
from zlib import crc32

import schemathesis
from schemathesis.generation.meta import TestPhase
from schemathesis.specs.openapi.checks import positive_data_acceptance

UNSAYABLE: Final = {
    "cursor-invalid": "a cursor is opaque: only those that the list wrote itself are good",
    "change-unknown": "so is the id of a change",
    "place-unknown": "which places there are is data",
    "place-ambiguous": "and so is which of them share a name or a postal code",
    "point-invalid": "a pattern cannot count degrees",
    "date-invalid": "a pattern does not know which months have thirty-one days",
    "date-parsing": "the same",
    "in-future": "nor which day it is",
}
"""Reasons for refusing what is well formed, by their codes."""


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """A key for idempotency of its own for each request: the example would be the same for all, and refused.

    While all borders are tried, nothing is waited for: what comes of writes is seen in the other phases.
    """
    if case.meta is not None and case.meta.phase.name is TestPhase.COVERAGE:
        case.headers.pop("Prefer", None)
    if key := case.headers.get("Idempotency-Key"):
        about = f"{case.method} {case.formatted_path} {case.body!r}".encode()
        case.headers["Idempotency-Key"] = f"{key[:240]}{crc32(about):08x}"


@schemathesis.check
def well_formed_data_is_taken(ctx: Any, response: Any, case: Any) -> bool | None:
    """``positive_data_acceptance``, where nothing but the schema decides what is taken."""
    if response.status_code == 410:  # an event that was withdrawn: as 404, which is allowed
        return None
    if response.status_code == 422:
        problem = response.json()
        # What came of a request is decided by what is there, and by rules between fields.
        if "request" in problem or {error["code"] for error in problem.get("errors", [{"code": ""}])} <= set(UNSAYABLE):
            return None
    found: bool | None = positive_data_acceptance(ctx, response, case)
    return found
