"""From templates to HTML, with what every page needs."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.web.common.language import languages
from shared.language import Language

_WEB: Final = Path(__file__).parents[1]
HOME: Final = "/"

STATIC: Final = _WEB / "static"
STYLESHEET: Final = (STATIC / "style.css").read_bytes()
STYLESHEET_URL: Final = f"/static/style.css?v={sha256(STYLESHEET).hexdigest()[:12]}"
LIVE_SCRIPT: Final = (STATIC / "live.js").read_bytes()
LIVE_SCRIPT_URL: Final = f"/static/live.js?v={sha256(LIVE_SCRIPT).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Site:
    """Where the pages and the interface for programs are reached, without a slash at the end."""

    pages: str = "http://127.0.0.1:8000"
    interface: str = "http://127.0.0.1:8080"


_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(_WEB / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
_TEMPLATES.globals["site"] = Site()


def use_site(site: Site) -> None:
    """Let the links of all pages lead to ``site``; for the start of the process."""
    _TEMPLATES.globals["site"] = site


def render(template: str, language: Language, **content: Any) -> str:
    """A template with its content and what every page needs; ``where``: the part of the site that it belongs to.

    ``canonical``: the path under which search engines know it, empty for what they are not to know.
    """
    others = [
        (other, other.gettext("English: these pages follow the language setting of your browser."))
        for other in languages()
        if other.code != language.code
    ]
    return _TEMPLATES.get_template(template).render(
        {"where": "", "canonical": "", **content},
        language=language,
        other_languages=others,
        _=language.gettext,
        ngettext=language.ngettext,
        home=HOME,
        stylesheet_url=STYLESHEET_URL,
        live_script_url=LIVE_SCRIPT_URL,
    )
