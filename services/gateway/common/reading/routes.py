"""``/v1/topics/propose``: which topics a text may be about."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Final, Literal

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from services.gateway.common.http.bodies import read_model
from services.gateway.common.openapi.operation import summary
from services.gateway.common.reading.parts import parts_of
from services.gateway.common.reading.reader import Reading, read
from services.gateway.common.reading.words import topic_words

router = APIRouter(tags=["vocabulary"])

_LONGEST: Final = 4_000
# A character takes up to twelve bytes where JSON escapes it.
_MOST_BYTES: Final = 12 * _LONGEST + 1_024
# Reading takes the processor: one text at a time, so that everybody else is answered meanwhile.
_one_at_a_time: Final = asyncio.Lock()


class TextToRead(BaseModel):
    """A text that somebody has written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: Annotated[str, Field(min_length=1, max_length=_LONGEST, description="In German.")]


class TopicProposal(BaseModel):
    """A topic that a text may be about."""

    topic: str = Field(description="Its slug in the vocabulary.")
    words: list[str] = Field(description="The words of the text that led there, the surest first.")
    score: float = Field(ge=0, le=1, description="How sure it is.")


class TopicProposals(BaseModel):
    """What a text may be about, the surest first, and what in it cannot wait."""

    items: list[TopicProposal]
    flags: list[Literal["threat", "crisis", "emergency"]] = Field(
        description="Somebody is threatened or hurt; somebody is at the end of their strength; help is needed now."
    )


@router.post(
    "/v1/topics/propose",
    operation_id="propose_topics",
    summary=summary("propose_topics"),
    response_class=Response,
    responses={200: {"model": TopicProposals, "description": "What the text may be about."}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": TextToRead.model_json_schema(),
                    "example": {"text": "Wo werden Möbel für die Flüchtlingshilfe gebraucht?"},
                }
            },
        }
    },
)
async def propose_topics(request: Request) -> Response:
    """Which topics a German text may be about, by which of its words, and whether something in it cannot wait.

    Nothing of the text is kept. Whoever wrote it decides which topics are right.
    """
    sent = await read_model(request, TextToRead, _MOST_BYTES)
    found = await read_text(sent.text)
    return Response(_document(found), 200, {"Cache-Control": "no-store"}, "application/json")


async def read_text(text: str) -> Reading:
    """Read a text of at most 4,000 characters, one after the other."""
    async with _one_at_a_time:
        return await asyncio.to_thread(read, text, topic_words(), parts_of)


def _document(reading: Reading) -> bytes:
    return orjson.dumps({"items": [asdict(one) for one in reading.proposals], "flags": reading.flags})
