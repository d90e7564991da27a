"""Stylesheet, scripts, icons and the picture that other sites show beside a link to these pages."""

import mimetypes
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.web.common.render import LIVE_SCRIPT, STATIC, STYLESHEET
from services.web.context import context
from services.web.site.assets import A_DAY, FOREVER, Asset
from shared.responses import respond

_FAVICON: Final = Asset(STATIC / "favicon.ico", "image/x-icon", is_packed=True)
_TOUCH_ICON: Final = Asset(STATIC / "touch-icon.png", "image/png", is_packed=True)
_PICTURE: Final = Asset(STATIC / "picture.png", "image/png", is_packed=True)


async def stylesheet(request: Request) -> Response:
    """The one stylesheet."""
    return respond(request, STYLESHEET, media_type="text/css", caching=FOREVER)


async def live_script(request: Request) -> Response:
    """The one script."""
    return respond(request, LIVE_SCRIPT, media_type="text/javascript", caching=FOREVER)


async def favicon(request: Request) -> Response:
    """For whoever asks for it without having read a page."""
    return _FAVICON.respond(request, A_DAY)


async def touch_icon(request: Request) -> Response:
    """The icon on the screen of a telephone."""
    return _TOUCH_ICON.respond(request, A_DAY)


async def picture(request: Request) -> Response:
    """The picture of the alliance: the operator's, or one of ours."""
    own = context(request).settings.picture_file
    if own is None:
        return _PICTURE.respond(request, A_DAY)
    media_type = mimetypes.guess_type(own.name)[0] or "application/octet-stream"
    return Asset(own, media_type, is_packed=True).respond(request, A_DAY)


ROUTES: Final = (
    Route("/static/style.css", stylesheet),
    Route("/static/live.js", live_script),
    Route("/static/picture", picture),
    Route("/favicon.ico", favicon),
    Route("/apple-touch-icon.png", touch_icon),
)
