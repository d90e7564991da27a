"""``page``: the calendar's page per second, beside the same template rendered from a list in memory; and its bytes."""

import re
from typing import Any

import httpx

from deploy.local.platform import Platform
from tests.benchmarks.beside import bare_server
from tests.benchmarks.rounds import compare

_CARD = b"<article"


async def measure(platform: Platform) -> dict[str, Any]:
    """The ratio as in ``list``; the variant is for a reader who has the page already, whom the bare one sends it all.

    ``kilobytes``: compressed, all told: the page, its stylesheet and its script.
    """
    pages = platform.public_url("web")
    async with bare_server("tests.benchmarks.bare_page", platform.public_url()) as bare_url:
        plain = await compare(pages, bare_url, "/", 96, item=_CARD)
        known = await compare(pages, bare_url, "/", 96, item=_CARD, is_known=True)
    return plain | {"kilobytes": await _kilobytes(pages), "variants": {"If-None-Match": known}}


async def _kilobytes(url: str) -> float:
    async with httpx.AsyncClient(base_url=url, headers={"Accept-Encoding": "gzip"}) as http:
        page = await http.get("/")
        parts = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
        answers = [page, *[await http.get(part) for part in parts]]
    assert len(answers) == 3, "a page with a stylesheet and a script"
    return round(sum(answer.num_bytes_downloaded for answer in answers) / 1024, 1)
