"""How the relays of one database share the shards of its outbox: by session advisory locks, without a table.

Each relay holds a lock that says that it is there, and one for each shard it works on; all end with its connection.
From the list of who is there each works out the same shares, gives back its surplus, and takes what is free.
"""

from collections.abc import Callable
from typing import Final

from shared import db

SHARDS: Final = 16
LOCK_CLASS: Final = 0x0B05  # the first key of the locks; the second is the shard, or PRESENT
PRESENT: Final = SHARDS  # held in share mode by every relay
FROZEN_S: Final = 60  # a session that asks nothing for so long is ended by the server, and its locks with it
CHANNEL: Final = "outbox"


def share_of(place: int, relays: int) -> int:
    """How many shards the relay at ``place`` (from 0) of ``relays`` works on; together they make all."""
    return SHARDS // relays + (place < SHARDS % relays)


class Shards:
    """The shards that one session holds; made by ``join``."""

    def __init__(self, connection: db.Session) -> None:
        self._connection = connection
        self._alone = True
        self.held: set[int] = set()

    async def share(self) -> None:
        """Give back or take shards until this session has its share, as far as others have given back theirs.

        Not to be called while rows of a held shard are being sent.
        """
        place, relays = await self._places()
        self._alone = relays == 1
        share = share_of(place, relays)
        if surplus := sorted(self.held)[share:]:
            await self._connection.execute(
                "select pg_advisory_unlock($1, shard) from unnest($2::int[]) as shard", LOCK_CLASS, surplus
            )
            self.held -= set(surplus)
        elif len(self.held) < share:
            # The limit stands above the filter: no lock is tried once enough were had.
            rows = await self._connection.fetch(
                "select shard from unnest($2::int[]) as shard where pg_try_advisory_lock($1, shard) limit $3",
                LOCK_CLASS,
                sorted(set(range(SHARDS)) - self.held),
                share - len(self.held),
            )
            self.held |= {row["shard"] for row in rows}

    async def _places(self) -> tuple[int, int]:
        """The place of this session among the relays that are there, and how many these are."""
        [row] = await self._connection.fetch(
            "select count(*) filter (where pid < pg_backend_pid()) as place, count(*) as relays from pg_locks"
            " where locktype = 'advisory' and classid = $1::oid and objid = $2::oid and granted"
            " and database = (select oid from pg_database where datname = current_database())",
            LOCK_CLASS,
            PRESENT,
        )
        return row["place"], row["relays"]

    async def wake_others(self) -> None:
        """Say to the other relays that something was committed, which may be in their shards."""
        if not self._alone:
            await self._connection.execute("select pg_notify($1, '')", CHANNEL)


async def join(connection: db.Session, wake: Callable[[], None]) -> Shards:
    """Take a place among the relays; ``wake`` is called whenever another one says that something was committed.

    Raises:
        asyncpg.PostgresError, OSError: the connection is of no use.
    """

    def heard(_connection: object, sender: int, _channel: str, _payload: object) -> None:
        if sender != connection.get_server_pid():
            wake()

    await connection.execute(f"set idle_session_timeout = '{FROZEN_S}s'")
    await connection.add_listener(CHANNEL, heard)
    await connection.execute("select pg_advisory_lock_shared($1, $2)", LOCK_CLASS, PRESENT)
    return Shards(connection)
