"""Imprint and privacy, which the law asks of whoever runs a site: Markdown files of the operator."""

from pathlib import Path
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from services.web.common.markdown import markdown
from services.web.common.render import render
from services.web.common.visit import Visit, public


@public
async def imprint(visit: Visit) -> Response:
    """Who runs these pages."""
    return _page(visit, visit.language.gettext("Imprint"), visit.parts.settings.imprint_file, "WEB_IMPRINT_FILE")


@public
async def privacy(visit: Visit) -> Response:
    """What becomes of what visitors leave behind."""
    return _page(visit, visit.language.gettext("Privacy"), visit.parts.settings.privacy_file, "WEB_PRIVACY_FILE")


def _page(visit: Visit, title: str, file: Path | None, setting: str) -> Response:
    """The page of a file; one that is not set, or not there, is said to be missing in plain view."""
    text = file.read_text(encoding="utf-8") if file is not None and file.is_file() else ""
    html = render(
        "site/legal.html",
        visit.language,
        title=title,
        text=markdown(text, level=2, title=title) if text else None,
        setting=setting,
        canonical=visit.request.url.path,
    )
    return visit.page(html)


ROUTES: Final = (Route("/imprint", imprint), Route("/privacy", privacy))
