"""The office's figures of requests as HTML: how networks answer, and what becomes of requests by area."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from services.web.client import Document
from services.web.common.frame import Frame, render_page
from services.web.referrals.office_pages import BOARD
from shared.language import Language

NETWORK: Final = "network"
AREA: Final = "area"
FIGURES: Final = f"{BOARD}/figures"
_NUMBERS: Final = ("asked", "open", "waiting", "escalated", "accepted", "unanswered")


def render_by_network(found: Sequence[Document], frame: Frame, language: Language) -> str:
    """How each network answers."""
    return render_page(
        "referrals/office_figures.html",
        language,
        frame,
        board=BOARD,
        views=_views(NETWORK, language),
        rows=[
            {
                **one,
                "name": one["network"]["name"],
                "url": f"{BOARD}?{urlencode({'network': one['network']['id']})}",
                **_measured(one, language),
            }
            for one in found
        ],
    )


def render_by_area(found: Sequence[Document], frame: Frame, language: Language) -> str:
    """What becomes of the requests of each municipality, of each district where there are several, and of all."""
    is_of_one = sum(one["area"]["level"] == "district" for one in found) == 1
    return render_page(
        "referrals/office_area_figures.html",
        language,
        frame,
        board=BOARD,
        views=_views(AREA, language),
        rows=[
            {
                "name": _area(one["area"], language),
                "is_sum": one["area"]["level"] != "municipality",
                "numbers": ["–" if one[name] is None else one[name] for name in _NUMBERS],
                **_measured(one, language),
            }
            for one in found
            if not (is_of_one and one["area"]["level"] == "district")
        ],
    )


def _area(area: Document, language: Language) -> str:
    if area["level"] == "all":
        return language.gettext("Everywhere")
    if area["level"] == "district":
        return language.gettext("District {key}", key=area["key"])
    return str(area["name"] or area["key"])


def _measured(one: Document, language: Language) -> dict[str, str]:
    """Shares and hours as people write them; empty where they are not shown."""
    return {
        "kept": "" if one["kept"] is None else f"{language.number(100 * one['kept'])} %",
        "hours": "" if one["hours"] is None else language.number(one["hours"]),
    }


def _views(chosen: str, language: Language) -> list[tuple[str, str, bool]]:
    """Address, name, and whether it is this one, of each way to count."""
    return [
        (FIGURES, language.gettext("By network"), chosen == NETWORK),
        (f"{FIGURES}?by={AREA}", language.gettext("By area"), chosen == AREA),
    ]
