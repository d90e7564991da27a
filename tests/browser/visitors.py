"""Those who look at pages, and what no page may do to them: complain, ask other hosts, break its own policy."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, WebError

Visit = Callable[..., Awaitable[Page]]
"""``await visit(**options)`` gives a page of a context of its own; options as those of Playwright's new_context."""


def watch(context: BrowserContext, origins: set[str], troubles: list[str]) -> None:
    """Add to ``troubles`` what goes wrong on the pages of ``context`` and what they ask of others than ``origins``."""
    documents: set[str] = set()

    def asked(request: Request) -> None:
        if request.is_navigation_request():
            documents.add(request.url)
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about") and f"{address.scheme}://{address.netloc}" not in origins:
            troubles.append(f"asked {address.netloc} for something")

    def said(message: ConsoleMessage) -> None:
        # That a page itself is a 404 or 410 is what the test asked for.
        is_answer = message.text.startswith("Failed to load resource") and message.location["url"] in documents
        if message.type in ("error", "warning") and not is_answer:
            troubles.append(f"{message.type} in the console: {message.text}")

    def failed(error: WebError) -> None:
        troubles.append(f"a script failed: {error.error}")

    context.on("request", asked)
    context.on("console", said)
    context.on("weberror", failed)
