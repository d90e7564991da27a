"""What a server sends: unpacked in small steps, and looked at whether it is a calendar, and a whole one."""

import re
import zlib
from collections.abc import Iterator
from typing import Final

from services.events.feeds.errors import FetchError

HEAD: Final = 4_096
"""A calendar must begin within so many bytes; what comes before can be blank lines or a server's warning."""
_STEP: Final = 64 * 1024
_GZIP: Final = ("gzip", "x-gzip")
_BEGINS: Final = re.compile(rb"(?:\A(?:\xef\xbb\xbf)?|[\r\n])[ \t]*BEGIN:(VCALENDAR|VEVENT)\b", re.IGNORECASE)


class Unpacker:
    """Undoes a ``Content-Encoding`` without ever holding more than 64 KiB besides what was fed (RFC 9110, 8.4.1)."""

    def __init__(self, encoding: str, host: str) -> None:
        """Raises FetchError ``compressed-badly`` where the encoding is none that was asked for."""
        self._encoding = encoding.strip().lower()
        self._host = host
        self._inflater: zlib._Decompress | None = None
        self._is_junk = False
        if self._encoding not in ("", "identity", "deflate", *_GZIP):
            raise self._bad()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """What ``data`` unpacks to, in pieces.

        Raises:
            FetchError: ``compressed-badly``.
        """
        if self._encoding in ("", "identity"):
            yield data
            return
        is_more = bool(data)
        while is_more:
            inflater = self._next(data)
            if inflater is None:
                return
            try:
                piece = inflater.decompress(data, _STEP)
            except zlib.error:
                raise self._bad() from None
            data = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            # A full step without an end: zlib may hold more, though it has taken all of the input.
            is_more = bool(data) or (len(piece) == _STEP and not inflater.eof)
            yield piece

    def finish(self) -> None:
        """Raises FetchError ``incomplete`` where more should have come."""
        if self._inflater and not self._inflater.eof:
            raise incomplete(self._host)

    def _next(self, data: bytes) -> "zlib._Decompress | None":
        if self._is_junk:
            return None
        if self._inflater is None:
            if self._encoding in _GZIP:
                window = zlib.MAX_WBITS | 16
            else:  # some servers leave the wrapping of zlib away, which begins with an 8
                window = zlib.MAX_WBITS if data[0] & 0x0F == 8 else -zlib.MAX_WBITS
            self._inflater = zlib.decompressobj(window)
        elif self._inflater.eof:
            # A file of gzip may have several members (RFC 1952, 2.2); anything else behind it is padding.
            self._is_junk = self._encoding not in _GZIP or not data.startswith(b"\x1f")
            self._inflater = self._inflater if self._is_junk else zlib.decompressobj(zlib.MAX_WBITS | 16)
        return None if self._is_junk else self._inflater

    def _bad(self) -> FetchError:
        return FetchError(
            "compressed-badly",
            "What {host} sends cannot be unpacked; the server must send it as it is, or with gzip.",
            host=self._host,
        )


def check_beginning(head: bytes, host: str, content_type: str) -> None:
    """See whether ``head``, the first ``HEAD`` bytes or all there are, begins a calendar.

    The type that the server names decides nothing, as many name a wrong one for calendars.

    Raises:
        FetchError: ``not-a-calendar``.
    """
    if _BEGINS.search(head):
        return
    if content_type.strip().lower().startswith("text/html") or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise FetchError(
            "not-a-calendar",
            "{host} sends a web page, not a calendar. Is it a login page, or the page that shows the calendar? "
            "The address of the iCalendar file (.ics) is needed.",
            host=host,
        )
    raise FetchError(
        "not-a-calendar",
        "{host} sends something that does not begin like an iCalendar file, with BEGIN:VCALENDAR.",
        host=host,
    )


def check_end(body: bytes, host: str) -> None:
    """See whether a calendar that began also ends: half of one would look as if the other half had been deleted.

    Raises:
        FetchError: ``incomplete``.
    """
    begins = _BEGINS.search(body, 0, HEAD)
    what = begins[1].upper() if begins else b""
    upper = body.upper()
    if upper.rfind(b"END:" + what) < upper.rfind(b"BEGIN:" + what):
        raise incomplete(host)


def incomplete(host: str) -> FetchError:
    """The connection, or the calendar, ended too early; nothing of it is taken."""
    return FetchError(
        "incomplete",
        "The calendar from {host} broke off before its end; nothing of it was taken. It is tried again.",
        host=host,
    )
