"""What schemathesis is told about this interface, loaded by it as hooks: what a schema cannot say."""

from typing import Any, Final

import schemathesis
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
    "idempotency-key-reused": "what was sent under a key before is not in the request",
}
"""Reasons for refusing what is well formed, by their codes."""


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
    return positive_data_acceptance(ctx, response, case)
