"""What lets a page keep itself up to date, where a script may run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Live:
    """``stream_url``: which changes concern the page; ``last_event_id``: those before are in it, None if unknown."""

    stream_url: str
    last_event_id: str | None
