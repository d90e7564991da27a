"""Text of people inside Markdown that is written here."""

import re
from typing import Final

_MARKS: Final = re.compile(r"([\\`*_\[\]{}|~])")
_ENTITY: Final = re.compile(r"&(?=#|[A-Za-z])")
_AT_LINE_END: Final = re.compile(r"(#+)$")
_AT_LINE_START: Final = re.compile(r"^(?:([#+=-])|([0-9]{1,9})([.)]))")


def escaped(text: str) -> str:
    """``text`` on one line, as readers of Markdown see it: nothing in it is markup, nor HTML."""
    line = " ".join(text.split())
    line = _MARKS.sub(r"\\\1", _ENTITY.sub("&amp;", line)).replace("<", "&lt;").replace(">", "&gt;")
    line = _AT_LINE_END.sub(r"\\\1", line)
    return _AT_LINE_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", line)
