"""What a reader selects in the query string of a list, where the gateway cannot read it."""

from collections.abc import Mapping

from services.web.client import Document, RefusedError
from shared.language import Language


def unreadable(
    error: RefusedError, labels: Mapping[str, str], language: Language
) -> tuple[tuple[str, ...], list[Document]]:
    """What is wrong with the selection, in sentences, and what its place may mean, as in ``/v1/places``.

    ``labels``: field → what the page calls it, in the catalogue's English.

    Raises:
        RefusedError: ``error`` itself, where it is not about what was selected.
    """
    if error.status != 422:
        raise error
    named = [(labels.get(one["field"]), one["detail"]) for one in error.errors]
    said = tuple(f"{language.gettext(label)}: {detail}" if label else str(detail) for label, detail in named)
    return said, error.problem.get("choices", [])
