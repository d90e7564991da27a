"""How laws are tried with hypothesis: ``make test`` takes the same examples each time, ``make explore`` fresh ones."""

from typing import Any, Final

from hypothesis import HealthCheck, settings

FRESH: Final = "fresh"
_USUAL: Final = 100
_FRESH: Final = 1_000
# What depends on how fast a machine is just now says nothing about a law.
_UNTIMED: Final[dict[str, Any]] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much],
}


def install() -> None:
    """Make the same examples the normal case; ``--hypothesis-profile=fresh`` asks for others, ten times as many."""
    settings.register_profile("same", max_examples=_USUAL, derandomize=True, database=None, **_UNTIMED)
    settings.register_profile(FRESH, max_examples=_FRESH, print_blob=True, **_UNTIMED)
    settings.load_profile("same")


def examples(count: int) -> settings:
    """For a law that is tried on another number of examples than the usual hundred, as a decorator."""
    profile = settings.default
    assert profile is not None
    return settings(max_examples=count * profile.max_examples // _USUAL)
