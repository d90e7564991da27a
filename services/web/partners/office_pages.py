"""The office's page of organisations: who publishes, whom it trusts, and the form to register one."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.web.common.forms import Typed
from services.web.common.frame import Frame, render_page
from shared.language import Language


def render_partners(
    partners: Sequence[Mapping[str, Any]], frame: Frame, language: Language, form: Typed | None = None, error: str = ""
) -> str:
    """The organisations, with trust, and the form to register one."""
    return render_page(
        "partners/office_partners.html", language, frame, partners=partners, form=form or Typed(), error=error
    )
