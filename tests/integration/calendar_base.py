"""What a partner and the office send to the calendar, as records."""

from typing import Any

import orjson

from services.events.domain import Rules
from shared.broker import Record
from shared.contracts.events import REGISTER_PARTNER, RegisterPartner
from shared.contracts.partner import SUBMIT, WITHDRAW
from shared.envelope import binary_headers, new_message
from shared.places import places
from tests.support.bus import submission

PARTNER = "verein"
RULES = Rules(topics=frozenset(), time_zone="Europe/Berlin", places=places())


def request(uid: str, message_id: str = "", partner: str = PARTNER, **fields: Any) -> Record:
    """A submission as a partner sends it."""
    body = orjson.dumps(submission(uid, **fields))
    message = new_message(SUBMIT, body, source="urn:test", subject=uid, message_id=message_id)
    return Record(f"partner.{partner}.events", b"k", body, binary_headers(message))


def withdrawal(uid: str) -> Record:
    """A withdrawal as a partner sends it."""
    body = orjson.dumps({"uid": uid})
    message = new_message(WITHDRAW, body, source="urn:test", subject=uid)
    return Record(f"partner.{PARTNER}.events", b"k", body, binary_headers(message))


def registration(partner: str = PARTNER) -> Record:
    """The office's command that lets a trusted partner publish."""
    body = RegisterPartner(id=partner, name="Verein", trusted=True).model_dump_json().encode()
    message = new_message(REGISTER_PARTNER, body, source="urn:test", subject=partner)
    return Record("events.commands", partner.encode(), body, binary_headers(message))
