"""The public pages: HTML as pure functions over documents, readable without JavaScript and without other sites."""

from services.gateway.pages.listing import Counted, ListView
from services.gateway.pages.live import Live
from services.gateway.pages.render import (
    LIVE_SCRIPT,
    STYLESHEET,
    STYLESHEET_URL,
    render_event,
    render_list,
    render_problem,
)

__all__ = [
    "LIVE_SCRIPT",
    "STYLESHEET",
    "STYLESHEET_URL",
    "Counted",
    "ListView",
    "Live",
    "render_event",
    "render_list",
    "render_problem",
]
