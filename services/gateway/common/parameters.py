"""Values of an SQL statement that is put together."""

from typing import Any


class Parameters:
    """The values of a statement, numbered in the order in which its clauses are written."""

    def __init__(self) -> None:
        self.values: list[Any] = []

    def use(self, clause: str, *values: Any) -> str:
        """``clause`` with ``$n`` where it has ``{}``."""
        first = len(self.values) + 1
        self.values.extend(values)
        return clause.format(*(f"${first + place}" for place in range(len(values))))
