"""The base of every contract model, and the kinds of text they are made of."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

# Control characters are refused everywhere: PostgreSQL cannot store NUL, and nobody means the others.
ONE_LINE = r"^[^\x00-\x1F\x7F]*$"
MANY_LINES = r"^[^\x00-\x08\x0B\x0C\x0E-\x1F\x7F]*$"

Line = Annotated[str, Field(min_length=1, max_length=300, pattern=ONE_LINE)]
Prose = Annotated[str, Field(max_length=20_000, pattern=MANY_LINES)]
Word = Annotated[str, Field(min_length=1, max_length=80, pattern=ONE_LINE)]
WebAddress = Annotated[str, Field(max_length=2_000, pattern=r"^https?://[^\s\x00-\x1F\x7F]+$")]
When = Annotated[
    str,
    Field(
        # [0-9], not \d: that one also takes the digits of other scripts.
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}"
        r"([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?)?$",
        description="A date (all-day) or an RFC 3339 date-time; without an offset it needs a time_zone.",
        examples=["2026-12-03T16:00:00+01:00", "2026-12-03"],
    ),
]
Day = Annotated[
    str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="A date, RFC 3339.", examples=["2026-12-03"])
]
Uuid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Words = Annotated[tuple[Word, ...], Field(max_length=20)]
Version = Annotated[int, Field(ge=1, description="Grows by one with each fact of this aggregate.")]
SeenVersion = Annotated[
    Version | None, Field(description="The version that was looked at; another one is refused. Null: whichever it is.")
]
RESERVED_PARTNER_IDS: Final = frozenset({"office"})


def _unmistakable(partner: str) -> str:
    """An id that reads as a UUID would share keys with an event; ``office`` owns the office's API keys."""
    try:
        UUID(partner)
    except ValueError:
        if partner not in RESERVED_PARTNER_IDS:
            return partner
    raise PydanticCustomError("partner_id_mistakable", "must be neither a UUID nor a reserved word such as office")


PartnerId = Annotated[
    str,
    Field(
        min_length=3,
        max_length=40,
        pattern=r"^[a-z0-9-]+$",
        description="Slug of an organisation; its topic is partner.<id>.events.",
        examples=["buntes-zwickau"],
    ),
    AfterValidator(_unmistakable),
]
Status = Literal["scheduled", "cancelled", "postponed", "rescheduled", "moved-online"]

_SENTENCES = {
    "missing": "is required",
    "string_too_long": "is longer than {max_length} characters",
    "string_too_short": "must not be empty",
    "too_long": "holds more than {max_length} entries",
    "json_invalid": "is not valid JSON: {error}",
    "string_pattern_mismatch": "has a form that is not allowed here, expected {pattern}",
}


class Contract(BaseModel):
    """Immutable, strict about types, silent about fields it does not know (DESIGN 3)."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", allow_inf_nan=False)


class FieldError(Contract):
    """One reason why something was refused, naming the field; never the value that was sent."""

    field: str = Field(description="Dotted path of the field, empty for the whole message.")
    code: str = Field(description="Stable, machine-readable reason.")
    detail: str = Field(description="English sentence; clients of the gateway get it in their language.")
    values: dict[str, str | int | float] = Field(
        default_factory=dict, description="Limits named in the sentence, for its translation."
    )


class Explanation(Contract):
    """Why something is as it is, for people: a stable code with its values, and the English sentence."""

    code: str = Field(description="Stable, machine-readable.")
    detail: str = Field(description="English sentence; clients of the gateway get it in their language.")
    values: dict[str, str | int | float] = Field(
        default_factory=dict, description="What the sentence names, for its translation."
    )


class Erasure(Contract):
    """A tombstone: the aggregate is erased. Read from the message's subject, as its body is empty (null)."""

    id: str


def field_errors(error: ValidationError) -> list[FieldError]:
    """Turn pydantic's errors into ours without the input, which may hold personal data (DESIGN 2)."""
    found = []
    for item in error.errors(include_url=False, include_input=False, include_context=True):
        context = {k: v for k, v in item.get("ctx", {}).items() if isinstance(v, str | int | float)}
        sentence = _SENTENCES.get(item["type"])
        found.append(
            FieldError(
                field=".".join(str(part) for part in item["loc"]),
                code=item["type"].replace("_", "-"),
                detail=sentence.format(**context) if sentence else item["msg"],
                values=context,
            )
        )
    return found
