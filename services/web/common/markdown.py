"""Markdown of papers and minutes as safe HTML (CommonMark): headings, lists, quotations, emphasis, links.

HTML, pictures and code are shown as they were typed: offices do not write them, and nobody else shall.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from services.web.common.plain_text import safe_link

_PARSER: Final = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).disable(
    ["image", "code", "fence", "backticks", "reference"]
)
_PARSER.validateLink = lambda url: safe_link(url) is not None  # type: ignore[method-assign]
# Left alone, underscores in an address would be read as emphasis.
_BARE: Final = re.compile(r"(?<![<(\[\w])https?://[^\s<>\"()]*[^\s<>\"().,;:!?*]", re.IGNORECASE)
_TASK: Final = re.compile(r"\[([ xX])\]\s+")
_SIGNS: Final = {" ": "☐ ", "x": "☑ ", "X": "☑ "}
_LOWEST: Final = 6


def markdown(text: str | None, *, level: int, title: str = "") -> Markup:
    """A text as HTML. ``level``: that of its first headings; none is more than one below the one before.

    A heading at the beginning that says what ``title`` says, the heading above it, is left out.
    """
    environment: dict[str, Any] = {}
    tokens = _PARSER.parse(_BARE.sub(r"<\g<0>>", text or ""), environment)
    if len(tokens) > 2 and tokens[0].type == "heading_open" and _plain(tokens[1].content) in _plain(title):
        tokens = tokens[3:]
    _level_headings(tokens, level)
    for before, token in zip([None, None, *tokens], tokens, strict=False):
        if before is not None and before.type == "list_item_open" and token.type == "inline":
            _show_task(token)
    for token in _all(tokens):
        if token.type in ("heading_open", "paragraph_open", "list_item_open"):
            token.attrSet("dir", "auto")
        elif token.type == "link_open":
            token.attrs = {"href": str(token.attrs["href"]), "rel": "nofollow noopener"}
    # The parser escapes all text, and of HTML there is none but its own.
    return Markup(_PARSER.renderer.render(tokens, _PARSER.options, environment))  # noqa: S704


def _level_headings(tokens: Sequence[Token], level: int) -> None:
    above = level - 1
    for token in tokens:
        if token.type == "heading_open":
            above = max(min(level + int(token.tag[1]) - 1, above + 1, _LOWEST), level)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{above}"


def _show_task(item: Token) -> None:
    """The box at the beginning of a task, as a sign."""
    first = item.children[0] if item.children else None
    if first is not None and (box := _TASK.match(first.content)):
        first.content = _SIGNS[box[1]] + first.content[box.end() :]


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
