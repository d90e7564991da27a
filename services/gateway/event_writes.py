"""The rows of the table of writes that concern events: those of partners, and of the office."""

from collections.abc import Mapping
from typing import Any, Final

from services.gateway import key_store
from services.gateway.keys import EVENTS_WRITE, OFFICE
from services.gateway.write import Target, Write
from shared.contracts import events as contract
from shared.contracts.partner import SUBMIT, WITHDRAW, EventSubmission, EventWithdrawal, event_id
from shared.db import Connection
from shared.topics import EVENTS_COMMANDS, partner_topic


def partner_event(data: EventSubmission | EventWithdrawal, path: Mapping[str, str]) -> Target:
    """An event of a partner, on that partner's own topic."""
    aggregate = str(event_id(path["partner"], data.uid))
    return Target(partner_topic(path["partner"]).name, aggregate, data.uid, f"/v1/events/{aggregate}")


def office_event(data: contract.EnterEvent | contract.WithdrawEvent, path: Mapping[str, str]) -> Target:
    """An event of a partner, by command: in one order with the commands about that partner, as it may be new."""
    aggregate = str(event_id(data.partner, data.uid))
    return Target(EVENTS_COMMANDS, aggregate, data.uid, f"/v1/office/events/{aggregate}", key=data.partner)


def moderated_event(data: contract.PublishEvent | contract.RefuseEvent, path: Mapping[str, str]) -> Target:
    """An event that is there, by its id."""
    return Target(EVENTS_COMMANDS, data.id, data.id, f"/v1/office/events/{data.id}")


def partner(data: contract.RegisterPartner | contract.TrustPartner | contract.RemovePartner, path: Any) -> Target:
    """An organisation that publishes."""
    return Target(EVENTS_COMMANDS, data.id, data.id, f"/v1/office/partners/{data.id}")


def new_feed(data: contract.AddFeed, path: Mapping[str, str]) -> Target:
    """A feed that is read for an organisation: in one order with the commands about it, as it may be new."""
    aggregate = str(contract.feed_id(data.partner, data.url))
    return Target(EVENTS_COMMANDS, aggregate, aggregate, f"/v1/office/feeds/{aggregate}", key=data.partner)


def feed(data: contract.RemoveFeed | contract.PollFeed, path: Mapping[str, str]) -> Target:
    """A feed that is there, by its id."""
    return Target(EVENTS_COMMANDS, data.id, data.id, f"/v1/office/feeds/{data.id}")


async def revoke_keys(connection: Connection, data: contract.RemovePartner) -> None:
    """The keys of an organisation that may publish no more open nothing from now on."""
    await key_store.revoke(connection, owner=data.id)


_UID: Final = (("uid", "uid"),)
_ID: Final = (("partner", "id"),)
_EVENT_PATH: Final = "/v1/partners/{partner}/events/{uid:path}"
_OFFICE_EVENT: Final = "/v1/office/partners/{partner}/events/{uid:path}"
_OFFICE_FEED: Final = "/v1/office/feeds/{feed}"
_FEED_ID: Final = (("feed", "id"),)
_OFFICE_PARTNER: Final = "/v1/office/partners/{partner}"
EVENT_WRITES: Final = (
    Write(
        "PUT",
        _EVENT_PATH,
        SUBMIT,
        EventSubmission,
        EVENTS_WRITE,
        partner_event,
        "Publish an event or a newer version",
        names=_UID,
    ),
    Write(
        "DELETE",
        _EVENT_PATH,
        WITHDRAW,
        EventWithdrawal,
        EVENTS_WRITE,
        partner_event,
        "Withdraw an event",
        names=_UID,
        needs_body=False,
    ),
    Write(
        "PUT",
        _OFFICE_EVENT,
        contract.ENTER_EVENT,
        contract.EnterEvent,
        OFFICE,
        office_event,
        "Enter an event for an organisation; it is public at once",
        names=(("partner", "partner"), *_UID),
    ),
    Write(
        "DELETE",
        _OFFICE_EVENT,
        contract.WITHDRAW_EVENT,
        contract.WithdrawEvent,
        OFFICE,
        office_event,
        "Withdraw an event for its organisation",
        names=(("partner", "partner"), *_UID),
        needs_body=False,
    ),
    Write(
        "POST",
        "/v1/office/events/{event}/publish",
        contract.PUBLISH_EVENT,
        contract.PublishEvent,
        OFFICE,
        moderated_event,
        "Publish an event that waits or was refused",
        names=(("event", "id"),),
        needs_body=False,
    ),
    Write(
        "POST",
        "/v1/office/events/{event}/refuse",
        contract.REFUSE_EVENT,
        contract.RefuseEvent,
        OFFICE,
        moderated_event,
        "Refuse an event, with the reason for its organisation",
        names=(("event", "id"),),
    ),
    Write(
        "POST",
        f"{_OFFICE_PARTNER}/trust",
        contract.TRUST_PARTNER,
        contract.TrustPartner,
        OFFICE,
        partner,
        "Begin or cease to trust an organisation; trusting publishes what waits",
        names=_ID,
    ),
    Write(
        "PUT",
        _OFFICE_PARTNER,
        contract.REGISTER_PARTNER,
        contract.RegisterPartner,
        OFFICE,
        partner,
        "Register an organisation, or renew its name and trust",
        names=_ID,
    ),
    Write(
        "DELETE",
        _OFFICE_PARTNER,
        contract.REMOVE_PARTNER,
        contract.RemovePartner,
        OFFICE,
        partner,
        "Let an organisation publish no more, and void its API keys; what it published stays",
        names=_ID,
        needs_body=False,
        effect=revoke_keys,
    ),
    Write(
        "PUT",
        f"{_OFFICE_PARTNER}/feeds",
        contract.ADD_FEED,
        contract.AddFeed,
        OFFICE,
        new_feed,
        "Read an organisation's iCalendar feed from now on, or differently",
        names=(("partner", "partner"),),
    ),
    Write(
        "DELETE",
        _OFFICE_FEED,
        contract.REMOVE_FEED,
        contract.RemoveFeed,
        OFFICE,
        feed,
        "Read a feed no longer; what it brought stays",
        names=_FEED_ID,
        needs_body=False,
    ),
    Write(
        "POST",
        f"{_OFFICE_FEED}/poll",
        contract.POLL_FEED,
        contract.PollFeed,
        OFFICE,
        feed,
        "Read a feed now",
        names=_FEED_ID,
        needs_body=False,
    ),
)
