"""Facts about organisations that publish, and about their feeds, become views."""

from collections.abc import Sequence

from services.gateway.partners import feed_store, store
from shared.consume import Received
from shared.contracts.events import FeedFact, PartnerFact
from shared.db import Connection
from shared.newest import newest


async def project(connection: Connection, batch: Sequence[Received]) -> None:
    """Bring the views of organisations and feeds up to date with ``batch``."""
    if partners := newest(one.data for one in batch if isinstance(one.data, PartnerFact)):
        await store.upsert_partners(connection, partners)
    if feeds := newest(one.data for one in batch if isinstance(one.data, FeedFact)):
        await feed_store.upsert_feeds(connection, feeds)
