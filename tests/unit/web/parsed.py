"""A page as a test reads it, with the parser of the standard library."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_WITHOUT_END = frozenset(("meta", "link", "input", "br", "hr", "circle", "path"))


@dataclass
class Element:
    """An element with its text, that of its children included."""

    name: str
    attributes: dict[str, str | None]
    path: tuple[str, ...]
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text, with its white space made single."""
        return " ".join("".join(self.texts).split())


class Page(HTMLParser):
    """All elements of a page; an end that does not fit its beginning is an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, [element.name for element in self._open]

    def all(self, kind: str, /, **attributes: str) -> list[Element]:
        """The elements of this kind that have these attributes (``class_`` for ``class``)."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [
            element
            for element in self.elements
            if element.name == kind and all(element.attributes.get(key) == value for key, value in wanted.items())
        ]

    @property
    def title(self) -> Element:
        """The title of the page; those of its pictures are their own."""
        (found,) = [title for title in self.all("title") if "svg" not in title.path]
        return found

    def one(self, kind: str, /, **attributes: str) -> Element:
        """The only element of this kind."""
        (found,) = self.all(kind, **attributes)
        return found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        element = Element(tag, dict(attrs), tuple(parent.name for parent in self._open))
        self.elements.append(element)
        if tag not in _WITHOUT_END:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Called by the parser."""
        self.elements.append(Element(tag, dict(attrs), tuple(parent.name for parent in self._open)))

    def handle_endtag(self, tag: str) -> None:
        """Called by the parser."""
        assert self._open, tag
        assert self._open.pop().name == tag, tag

    def handle_data(self, data: str) -> None:
        """Called by the parser."""
        for element in self._open:
            element.texts.append(data)
