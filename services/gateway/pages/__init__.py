"""The public pages: HTML as pure functions over documents, readable without JavaScript and without other sites."""

from services.gateway.pages.listing import ListView
from services.gateway.pages.render import STYLESHEET, STYLESHEET_URL, render_event, render_list, render_problem

__all__ = ["STYLESHEET", "STYLESHEET_URL", "ListView", "render_event", "render_list", "render_problem"]
