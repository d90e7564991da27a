"""Files that are served as they are, packed once."""

import zlib
from functools import cached_property
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

_GZIP: Final = 16 + zlib.MAX_WBITS
FOREVER: Final = "public, max-age=31536000, immutable"
A_DAY: Final = "public, max-age=86400"


class Asset:
    """A file with its media type; it is read when it is asked for first."""

    def __init__(self, path: Path, media_type: str, *, is_packed: bool = False) -> None:
        """``is_packed``: compressing it again would gain nothing, as with pictures."""
        self._path = path
        self._media_type = media_type
        self._is_packed = is_packed

    @cached_property
    def body(self) -> bytes:
        """The file."""
        return self._path.read_bytes()

    @cached_property
    def version(self) -> str:
        """Changes with the content."""
        return f"{zlib.crc32(self.body):08x}"

    @cached_property
    def _packed(self) -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
        return packer.compress(self.body) + packer.flush()

    def respond(self, request: Request, caching: str) -> Response:
        """The file, or 304 where the client has it."""
        tag = f'W/"{self.version}"'
        headers = {
            "ETag": tag,
            "Cache-Control": caching,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = self.body
        if not self._is_packed and "gzip" in request.headers.get("accept-encoding", ""):
            body = self._packed
            headers["Content-Encoding"] = "gzip"
        return Response(body, media_type=self._media_type, headers=headers)
