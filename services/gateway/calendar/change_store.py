"""The log of changes: every SQL statement about it.

The log is the view itself, ordered by change number: each event stands there once, at its newest change, so that it
needs no pruning and whoever reads on from any number misses nothing that still holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self
from uuid import UUID

from shared.db import Connection


class Position(NamedTuple):
    """How far somebody has read. ``epoch`` names the log; another one begins when the view is built anew."""

    epoch: str
    number: int


class ChangeRow(NamedTuple):
    """The newest change of an event that is public or was. ``document``: the fact as JSON, None unless public."""

    number: int
    id: UUID
    version: int
    visibility: str
    was_public: bool
    document: str | None


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Changes by number. ``position``: whoever has read them has read so far; ``newest``: the end of the log."""

    rows: Sequence[ChangeRow]
    position: Position
    newest: Position

    @classmethod
    def of(cls, rows: Sequence[ChangeRow], newest: Position, limit: int) -> Self:
        """The page that a reading of at most ``limit`` changes found."""
        is_full = len(rows) == limit
        return cls(rows, Position(newest.epoch, rows[-1].number) if is_full else newest, newest)

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after it."""
        return self.position == self.newest


async def reserve(connection: Connection, count: int) -> int:
    """The number before the ``count`` that the caller's transaction may now give.

    The row stays locked until that transaction ends, through whichever instance the next one comes: the order of
    numbers is the order of commits, and a reader who sees a number sees all before it. A sequence promises neither.
    """
    newest: int = await connection.fetchval(
        "insert into change_log as log (newest) values ($1)"
        " on conflict (one) do update set newest = log.newest + excluded.newest returning newest",
        count,
    )
    return newest - count


async def newest(connection: Connection) -> Position:
    """The end of the log."""
    row = await connection.fetchrow("select epoch, newest from change_log")
    if row is None:  # emptied, so that the view is built anew
        await reserve(connection, 0)
        return await newest(connection)
    return Position(*row)


async def read(connection: Connection, after: int, limit: int) -> ChangePage:
    """At most ``limit`` changes behind number ``after``, by number, with the end of the log at the same moment."""
    found = await connection.fetch(
        "select log.epoch, log.newest, e.* from change_log log left join lateral ("
        "select change, id, version, visibility, was_public,"
        " case when visibility = 'public' then document end as document from event"
        " where change > $1 and (visibility = 'public' or was_public) order by change limit $2"
        ") as e on true order by e.change",
        after,
        limit,
    )
    if not found:
        end = await newest(connection)
        return ChangePage((), end, end)
    rows = [ChangeRow(*tuple(row)[2:]) for row in found if row["change"] is not None]
    return ChangePage.of(rows, Position(found[0]["epoch"], found[0]["newest"]), limit)
