"""``list``: requests per second of ``GET /v1/events``, the gateway against a bare route with the same SQL."""

from functools import partial
from typing import Any

from deploy.local.platform import Platform
from tests.benchmarks.beside import bare_server
from tests.benchmarks.rounds import compare

SEARCH = "/v1/events?q=Caf%C3%A9+12"
_ITEM = b'"occurrence_id"'


async def measure(platform: Platform) -> dict[str, Any]:
    """Rounds in pairs on keep-alive connections.

    The variants are the same list for a client that has it already, where the bare route sends it all, and with
    a search term.
    """
    async with bare_server("tests.benchmarks.bare_list", platform.database_url("gateway")) as bare_url:
        both = partial(compare, platform.public_url(), bare_url, item=_ITEM)
        plain = await both("/v1/events", 240)
        return plain | {
            "variants": {
                "If-None-Match": await both("/v1/events", 240, is_known=True),
                "search": await both(SEARCH, 56),
            }
        }
