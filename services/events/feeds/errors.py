"""Why a feed was not fetched."""

from shared.contracts.base import FieldError


class FetchError(Exception):
    """A feed was not fetched, for a reason that its owner can be told.

    ``detail`` names the host at most: path and query of a feed are often a secret, and what a server sent may be
    anybody's data.
    """

    def __init__(self, code: str, detail: str, *, retry_after: float | None = None, **values: str | int) -> None:
        self.code = code
        """Stable, for programs and translation."""
        self.detail = detail.format_map(values)
        """An English sentence that says what to do."""
        self.values = values
        """What ``detail`` and its translations name."""
        self.retry_after = retry_after
        """For how many seconds the server wishes not to be asked, a day at most; None where it did not say."""
        super().__init__(f"{code}: {self.detail}")

    def as_reason(self) -> FieldError:
        """The same as the contracts have it."""
        return FieldError(field="url", code=self.code, detail=self.detail, values=dict(self.values))
