"""``/docs``: the interface for programs, described for reading, by Swagger UI with nothing loaded from elsewhere."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.web.common.render import STATIC, render
from services.web.common.visit import Visit, public
from services.web.site.assets import FOREVER, Asset

# Found, not imported: of this package only the files of Swagger UI are wanted.
_SPEC: Final = find_spec("fastapi_offline")
_SWAGGER: Final = Path(str(_SPEC.origin if _SPEC else "")).parent / "static"

_STYLE: Final = Asset(_SWAGGER / "swagger-ui.css", "text/css")
_SCRIPT: Final = Asset(_SWAGGER / "swagger-ui-bundle.js", "text/javascript")
_START: Final = Asset(STATIC / "interface.js", "text/javascript")
_FILES: Final = {"swagger-ui.css": _STYLE, "swagger-ui-bundle.js": _SCRIPT, "interface.js": _START}


@public
async def interface(visit: Visit) -> Response:
    """The description, which the browser reads from the gateway."""
    addresses = {name: f"/static/docs/{name}?v={asset.version}" for name, asset in _FILES.items()}
    return visit.page(render("site/interface.html", visit.language, addresses=addresses, canonical="/docs"))


def _route(name: str, asset: Asset) -> Route:
    async def file(request: Request) -> Response:
        return asset.respond(request, FOREVER)

    return Route(f"/static/docs/{name}", file)


ROUTES: Final = (Route("/docs", interface), *(_route(name, asset) for name, asset in _FILES.items()))
