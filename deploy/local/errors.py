"""Failures of the local platform, written for the person at the terminal."""


class LocalPlatformError(RuntimeError):
    """Something the user can act on: the text says what happened and what to do next."""


class CancelledError(LocalPlatformError):
    """The user asked to stop while something was still starting."""

    def __init__(self) -> None:
        super().__init__("interrupted")
