"""What the pages work with."""

from dataclasses import dataclass

from starlette.requests import Request

from services.web.client import Gateway
from services.web.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The parts of a running web process."""

    settings: Settings
    gateway: Gateway


def context(request: Request) -> Context:
    """The parts of the process that serves ``request``."""
    parts: Context = request.app.state.context
    return parts
