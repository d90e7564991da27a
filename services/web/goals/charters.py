"""The papers of the alliance, which its members agreed to: all of them, and one with its text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from services.web.client import Document, segment
from services.web.common import labels as words
from services.web.common.markdown import markdown
from services.web.common.plain_text import safe_link
from services.web.common.render import render
from shared.language import Language

HOME: Final = "/charters"


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition; ``address``: where it can be read, if elsewhere."""

    title: str
    adopted: str
    address: str | None


@dataclass(frozen=True, slots=True)
class Charter:
    """A paper. ``agreed``: how many members did, in words; ``by``: those that the directory shows, with the day;
    ``earlier``: editions before the latest, the last first."""

    url: str
    label: str
    latest: Edition
    text: Markup
    agreed: str
    by: tuple[tuple[str, str, str], ...]
    earlier: tuple[Edition, ...]


def charter(document: Document, language: Language) -> Charter:
    """A paper as ``GET /v1/charters`` shows it."""
    kind, assent, latest = document["kind"], document["assent"], document["latest"]
    agreed = language.ngettext(
        "{members} of {number} member has agreed",
        "{members} of {number} members have agreed",
        assent["of"],
        members=language.number(assent["members"]),
    )
    return Charter(
        url=f"{HOME}/{segment(kind)}",
        label=words.charter_kinds(language).get(kind) or kind,
        latest=_edition(latest, language),
        text=markdown(latest["text"], level=2, title=latest["title"]),
        agreed=agreed,
        by=tuple(
            (f"/members/{segment(one['id'])}", one["name"], words.day(one["on"], language)) for one in assent["by"]
        ),
        earlier=tuple(_edition(one, language) for one in reversed(document["editions"][:-1])),
    )


def render_charters(documents: Sequence[Document], language: Language) -> str:
    """All papers."""
    shown = [charter(document, language) for document in documents]
    return render("goals/charters.html", language, charters=shown, where="goals", canonical=HOME)


def render_charter(document: Document, language: Language) -> str:
    """One paper with the text of its latest edition."""
    shown = charter(document, language)
    return render("goals/charter.html", language, charter=shown, charters_home=HOME, where="goals", canonical=shown.url)


def _edition(given: Document, language: Language) -> Edition:
    adopted = words.day(given["adopted_on"], language)
    return Edition(given["title"], adopted, safe_link(given["url"]))
