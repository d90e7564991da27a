"""Markdown of papers and minutes as safe HTML: headings, lists, quotations, paragraphs, emphasis, links.

That is what offices write. Everything else, HTML above all, is shown as it was typed.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from markupsafe import Markup, escape

from services.gateway.pages.prose import linked, safe_link

_HEADING: Final = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.*?)\s*#*\s*")
_ITEM: Final = re.compile(r"\s{0,3}(?:(?P<bullet>[-*+])|(?P<number>\d{1,4})[.)])\s+(?P<text>\S.*)")
_FIRST: Final = re.compile(r"\s*1[.)]")
_QUOTED: Final = re.compile(r"\s{0,3}>\s?(?P<text>.*)")
_RULE: Final = re.compile(r"\s{0,3}([-*_])(?:\s*\1){2,}\s*")
_DONE: Final = re.compile(r"\[(?P<done>[ xX])\]\s+")
_INLINE: Final = re.compile(
    r"\\(?P<plain>[\\`*_{}\[\]()#+.!|~<>-])"
    r"|(?P<bare>https?://[^\s<>\"]+)"
    r"|\[(?P<label>[^\[\]\n]{1,300})\]\(<?(?P<address>https?://[^\s<>()\"]{1,2000})>?\)"
    r"|\*\*(?P<strong>[^\s*](?:[^*\n]{0,1000}?[^\s*])?)\*\*"
    r"|(?<![\w*])\*(?P<star>[^\s*](?:[^*\n]{0,1000}?[^\s*])?)\*(?![\w*])"
    r"|(?<!\w)_(?P<line>[^\s_](?:[^_\n]{0,1000}?[^\s_])?)_(?!\w)"
)
_LOWEST: Final = 6


def markdown(text: str | None, *, level: int, title: str = "") -> Markup:
    """A text as HTML. ``level``: that of its first headings; none is more than one below the one before.

    A heading at the beginning that says what ``title`` says, the heading above it, is left out.
    """
    html = Markup()
    above = level - 1
    for number, block in enumerate(_blocks((text or "").replace("\r\n", "\n").split("\n"))):
        heading = _HEADING.fullmatch(block[0])
        if heading is None:
            html += _block(block)
        elif number or not heading["text"] or _plain(heading["text"]) not in _plain(title):
            depth = min(level + len(heading["marks"]) - 1, above + 1, _LOWEST)
            above = max(depth, level - 1)
            html += Markup('<h{0} dir="auto">{1}</h{0}>\n').format(depth, _inline(heading["text"]))
    return html


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Lines that belong together: a heading, a list with what is indented in it, a quotation, a paragraph."""
    block: list[str] = []
    for line in lines:
        is_heading, starts = _HEADING.fullmatch(line), _kind(line)
        if block and (not line.strip() or is_heading or _parts(block, line, starts)):
            yield block
            block = []
        if line.strip():
            block.append(line)
            if is_heading:
                yield block
                block = []
    if block:
        yield block


def _parts(block: Sequence[str], line: str, starts: str) -> bool:
    """Whether ``line`` begins something else than what is in ``block``."""
    before = _kind(block[0])
    if starts == before and starts != "rule":
        return False
    if starts == "number" and not before and not _FIRST.match(line):
        return False  # a year at the beginning of a line is no list
    return not (before in ("bullet", "number") and not starts) and bool(starts or before == "rule")


def _kind(line: str) -> str:
    if _RULE.fullmatch(line):
        return "rule"
    if item := _ITEM.fullmatch(line):
        return "bullet" if item["bullet"] else "number"
    return "quoted" if _QUOTED.fullmatch(line) else ""


def _block(block: Sequence[str]) -> Markup:
    match _kind(block[0]):
        case "rule":
            return Markup("<hr>\n")
        case "bullet" | "number" as kind:
            return _list(block, kind)
        case "quoted":
            inner = (quoted["text"] if (quoted := _QUOTED.fullmatch(line)) else line for line in block)
            return Markup('<blockquote><p dir="auto">{0}</p></blockquote>\n').format(_lines(list(inner)))
    return Markup('<p dir="auto">{0}</p>\n').format(_lines(block))


def _list(block: Sequence[str], kind: str) -> Markup:
    items: list[list[str]] = []
    first = 1
    for line in block:
        item = _ITEM.fullmatch(line)
        if item is None:
            items[-1].append(line.strip())
            continue
        if not items and item["number"]:
            first = int(item["number"])
        items.append([item["text"]])
    rows = Markup("").join(Markup('<li dir="auto">{0}</li>\n').format(_item(lines)) for lines in items)
    if kind == "bullet":
        return Markup("<ul>\n{0}</ul>\n").format(rows)
    start = Markup(' start="{0}"').format(first) if first != 1 else Markup("")
    return Markup("<ol{0}>\n{1}</ol>\n").format(start, rows)


def _item(lines: Sequence[str]) -> Markup:
    task = _DONE.match(lines[0])
    if task is None:
        return _lines(lines)
    sign = "☐ " if task["done"] == " " else "☑ "
    return escape(sign) + _lines([lines[0][task.end() :], *lines[1:]])


def _lines(lines: Sequence[str]) -> Markup:
    """Lines of one paragraph; two spaces or a backslash at the end of one break it."""
    html = Markup()
    for number, line in enumerate(lines):
        is_last = number == len(lines) - 1
        breaks = not is_last and line.endswith(("  ", "\\"))
        html += _inline(line.strip().removesuffix("\\") if breaks else line.strip())
        html += Markup("<br>") if breaks else escape("" if is_last else "\n")
    return html


def _inline(text: str) -> Markup:
    html, done = Markup(), 0
    for found in _INLINE.finditer(text):
        html += linked(text[done : found.start()])
        done = found.end()
        if found["plain"]:
            html += escape(found["plain"])
        elif found["bare"]:
            html += linked(found["bare"])
        elif found["label"]:
            html += _link(found["label"], found["address"])
        elif found["strong"]:
            html += Markup("<strong>{0}</strong>").format(_inline(found["strong"]))
        else:
            html += Markup("<em>{0}</em>").format(_inline(found["star"] or found["line"]))
    return html + linked(text[done:])


def _link(label: str, address: str) -> Markup:
    if safe_link(address) is None:
        return escape(label)
    return Markup('<a href="{0}" rel="nofollow noopener">{1}</a>').format(address, label)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
