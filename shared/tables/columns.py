"""Which column of an office's table means which field, by its German or English heading."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.calendars.text import slug

Headings = Mapping[str, str]
"""Field → its headings, the first of which is shown to people. Compared without case, spaces and signs."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the fields of a table stand: ``at`` its index, ``headings`` as the table names it, ``width`` of all."""

    at: Mapping[str, int]
    headings: Mapping[str, str]
    unknown: tuple[str, ...]
    width: int

    def given(self, cells: Sequence[str]) -> dict[str, str]:
        """What a row says, by field; without empty cells."""
        return {name: cells[at].strip() for name, at in self.at.items() if at < len(cells) and cells[at].strip()}


FieldOf = Callable[[str, int, Mapping[str, int]], str | None]
"""The field of a heading at an index, after those ``at`` theirs; None: not understood."""


def understand(header: Sequence[str], field_of: FieldOf) -> Columns:
    """Understand a row of headings; of two columns for one field the first counts, the other is unknown."""
    at: dict[str, int] = {}
    headings: dict[str, str] = {}
    unknown = []
    for index, heading in enumerate(cell.strip() for cell in header):
        field = field_of(heading, index, at)
        if field is None or field in at:
            if heading:
                unknown.append(heading)
            continue
        at[field] = index
        headings[field] = heading
    return Columns(at, headings, tuple(unknown), len(header))


def heading_key(heading: str) -> str:
    """Without what stands in brackets, case, spaces and signs; umlauts written out."""
    return slug(re.sub(r"\([^)]*\)", "", heading)).replace("-", "")


def by_key(headings: Headings) -> dict[str, str]:
    """The fields by the keys of all their headings."""
    return {heading_key(name): field for field, names in headings.items() for name in names.split(", ")}


def first_names(headings: Headings) -> list[str]:
    """The headings to use, for an error's text."""
    return [names.partition(", ")[0] for names in headings.values()]
