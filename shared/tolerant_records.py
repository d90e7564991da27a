"""Reading Kafka records of which a header's name is not UTF-8.

aiokafka raises inside ``getmany`` for such a record: the whole fetch is lost, and comes again for ever. One message
of one partner would stop a service, so the name is made readable instead and the record goes its way.
"""

import struct
from collections.abc import Iterator
from typing import Any, Final

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

_BEFORE_LENGTH: Final = 8  # a batch begins with its base offset; then comes the length of the rest
_BEFORE_REST: Final = 12


def install() -> None:
    """Let aiokafka's consumers of this process read such records. May be called again."""
    fetcher.MemoryRecords = _Records  # type: ignore[attr-defined]  # not exported, but where the consumer looks


class _Records:
    """aiokafka's ``MemoryRecords`` of one fetch, with batches that can be read in any case."""

    def __init__(self, raw: bytes) -> None:
        self._raw = bytes(raw)
        self._records = MemoryRecords(raw)
        self._next = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._records, name)

    def next_batch(self) -> Any:
        batch = self._records.next_batch()
        (length,) = struct.unpack_from(">i", self._raw, self._next + _BEFORE_LENGTH)
        begin, self._next = self._next, self._next + _BEFORE_REST + length
        return _Batch(batch, self._raw[begin : self._next])


class _Batch:
    """One batch, read the usual fast way; the slow tolerant one is for those that cannot be read so."""

    def __init__(self, batch: Any, raw: bytes) -> None:
        self._batch = batch
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        try:
            return iter(list(self._batch))
        except UnicodeDecodeError:
            tolerant = _DefaultRecordBatchPy(self._raw)
            tolerant._maybe_uncompress()  # noqa: SLF001
            tolerant._buffer = _Readable(tolerant._buffer)  # noqa: SLF001
            return iter(list(tolerant))


class _Readable(bytearray):
    """Bytes of which any part can be decoded."""

    def __getitem__(self, index: Any) -> Any:
        part = super().__getitem__(index)
        return _Readable(part) if isinstance(index, slice) else part

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return super().decode(encoding, "backslashreplace")
