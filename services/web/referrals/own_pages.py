"""The page of an association that is signed in, as HTML: a pure function of what the interface says."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from services.web.client import Document
from services.web.common import labels
from services.web.common.forms import Typed
from services.web.common.frame import Frame, render_page
from services.web.common.problems import OWN
from services.web.referrals import pages
from shared.language import Language
from shared.places import places

REFERRALS: Final = f"{OWN}/referrals"
OPEN: Final = "open"
ALL: Final = "all"


def render_own(
    found: Document,
    name: str,
    state: str,
    form: Typed,
    errors: Mapping[str, str],
    frame: Frame,
    language: Language,
) -> str:
    """The requests of the association ``name``, and the form by which it asks the others for support."""
    following = found["next"]
    return render_page(
        "referrals/own.html",
        language,
        frame,
        name=name,
        own=OWN,
        referrals=REFERRALS,
        rows=[_row(one, language) for one in found["items"]],
        states=[
            (REFERRALS, language.gettext("Open"), state == OPEN),
            (f"{REFERRALS}?state={ALL}", language.gettext("All"), state == ALL),
        ],
        following=f"{REFERRALS}?{urlencode({'state': state, 'cursor': following})}" if following else "",
        form=form,
        errors=errors,
        municipalities=[place.name for place in places().items],
        topics=labels.topic_choices(form.several.get("topics", ()), language),
        languages=labels.language_choices(form.several.get("languages", ()), language),
        where="",
        canonical="",
    )


def _row(one: Document, language: Language) -> Document:
    contact = one["contact"] or {}
    return {
        **pages.in_words(one, language),
        "url": pages.page_of(one["answer"]) if one["answer"] else "",
        "due": pages.last_day(one["due"], language) if one["state"] == "routed" else "",
        "who": contact.get("name") or "",
        "created": pages.moment_day(one["created_at"], language),
    }
