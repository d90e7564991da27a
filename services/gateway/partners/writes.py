"""Writes about organisations that publish, and about the feeds that are read for them: the office's."""

from collections.abc import Mapping
from typing import Final

from services.gateway.common.access import key_store
from services.gateway.common.requests.write import Target, office_write, to_events
from shared.contracts import events as contract
from shared.db import Connection
from shared.topics import EVENTS_COMMANDS


def new_feed(data: contract.AddFeed, path: Mapping[str, str]) -> Target:
    """A feed that is read for an organisation: in one order with the commands about it, as it may be new."""
    aggregate = str(contract.feed_id(data.partner, data.url))
    return Target(EVENTS_COMMANDS, aggregate, aggregate, f"/v1/office/feeds/{aggregate}", key=data.partner)


async def revoke_keys(connection: Connection, data: contract.RemovePartner) -> None:
    """The keys of an organisation that may publish no more open nothing from now on."""
    await key_store.revoke(connection, owner=data.id)


_PARTNERS: Final = to_events("/v1/office/partners/")
_FEEDS: Final = to_events("/v1/office/feeds/")
_PARTNER: Final = (("partner", "id"),)
_FEED: Final = (("feed", "id"),)

WRITES: Final = (
    office_write(
        "POST /v1/office/partners/{partner}/trust",
        contract.TRUST_PARTNER,
        contract.TrustPartner,
        _PARTNERS,
        "Begin or cease to trust an organisation; trusting publishes what waits",
        _PARTNER,
    ),
    office_write(
        "PUT /v1/office/partners/{partner}",
        contract.REGISTER_PARTNER,
        contract.RegisterPartner,
        _PARTNERS,
        "Register an organisation, or renew its name and trust",
        _PARTNER,
    ),
    office_write(
        "DELETE /v1/office/partners/{partner}",
        contract.REMOVE_PARTNER,
        contract.RemovePartner,
        _PARTNERS,
        "Let an organisation publish no more, and void its API keys; what it published stays",
        _PARTNER,
        needs_body=False,
        effect=revoke_keys,
    ),
    office_write(
        "PUT /v1/office/partners/{partner}/feeds",
        contract.ADD_FEED,
        contract.AddFeed,
        new_feed,
        "Read an organisation's iCalendar feed from now on, or differently",
        (("partner", "partner"),),
    ),
    office_write(
        "DELETE /v1/office/feeds/{feed}",
        contract.REMOVE_FEED,
        contract.RemoveFeed,
        _FEEDS,
        "Read a feed no longer; what it brought stays",
        _FEED,
        needs_body=False,
    ),
    office_write(
        "POST /v1/office/feeds/{feed}/poll",
        contract.POLL_FEED,
        contract.PollFeed,
        _FEEDS,
        "Read a feed now",
        _FEED,
        needs_body=False,
    ),
)
