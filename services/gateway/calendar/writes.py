"""Writes about events: those of partners, and of the office."""

from collections.abc import Mapping
from typing import Final

from services.gateway.common.requests.write import Target, office_write, partners_write, to_events
from shared.contracts import events as contract
from shared.contracts.partner import SUBMIT, WITHDRAW, EventSubmission, EventWithdrawal, event_id
from shared.topics import EVENTS_COMMANDS, partner_topic


def partner_event(data: EventSubmission | EventWithdrawal, path: Mapping[str, str]) -> Target:
    """An event of a partner, on that partner's own topic."""
    aggregate = str(event_id(path["partner"], data.uid))
    return Target(partner_topic(path["partner"]).name, aggregate, data.uid, f"/v1/events/{aggregate}")


def office_event(data: contract.EnterEvent | contract.WithdrawEvent, path: Mapping[str, str]) -> Target:
    """An event of a partner, by command: in one order with the commands about that partner, as it may be new."""
    aggregate = str(event_id(data.partner, data.uid))
    return Target(EVENTS_COMMANDS, aggregate, data.uid, f"/v1/office/events/{aggregate}", key=data.partner)


_EVENTS: Final = to_events("/v1/office/events/")
_UID: Final = (("uid", "uid"),)

WRITES: Final = (
    partners_write(
        "PUT /v1/partners/{partner}/events/{uid:path}",
        SUBMIT,
        EventSubmission,
        partner_event,
        "Publish an event or a newer version",
        _UID,
    ),
    partners_write(
        "DELETE /v1/partners/{partner}/events/{uid:path}",
        WITHDRAW,
        EventWithdrawal,
        partner_event,
        "Withdraw an event",
        _UID,
        needs_body=False,
    ),
    office_write(
        "PUT /v1/office/partners/{partner}/events/{uid:path}",
        contract.ENTER_EVENT,
        contract.EnterEvent,
        office_event,
        "Enter an event for an organisation; it is public at once",
        (("partner", "partner"), *_UID),
    ),
    office_write(
        "DELETE /v1/office/partners/{partner}/events/{uid:path}",
        contract.WITHDRAW_EVENT,
        contract.WithdrawEvent,
        office_event,
        "Withdraw an event for its organisation",
        (("partner", "partner"), *_UID),
        needs_body=False,
    ),
    office_write(
        "POST /v1/office/events/{event}/publish",
        contract.PUBLISH_EVENT,
        contract.PublishEvent,
        _EVENTS,
        "Publish an event that waits or was refused",
        (("event", "id"),),
        needs_body=False,
    ),
    office_write(
        "POST /v1/office/events/{event}/refuse",
        contract.REFUSE_EVENT,
        contract.RefuseEvent,
        _EVENTS,
        "Refuse an event, with the reason for its organisation",
        (("event", "id"),),
    ),
)
