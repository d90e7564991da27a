"""In which municipality an event's place lies. Nothing is guessed: what may be several stays open."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from shared.contracts.base import FieldError
from shared.contracts.events import FoundBy
from shared.contracts.partner import EventSubmission
from shared.contracts.requests import reason
from shared.places import Place, Places

MOST_NAMED: Final = 10


class Candidates(NamedTuple):
    """The municipalities that a place may lie in, and by what of it they were found."""

    municipalities: tuple[Place, ...]
    by: FoundBy


@lru_cache(maxsize=8_192)  # partners name the same few places again and again, and names are slow to compare
def candidates(ags: str | None, postal_code: str | None, municipality: str | None, places: Places) -> Candidates:
    """Where a place may lie: by its key, else by postal code and name, else by postal code, else by name.

    A name alone counts only where no postal code is given: one that is not known here lies elsewhere, where there
    may be a municipality of the same name.
    """
    if ags:
        found = places.by_ags(ags)
        return Candidates((found,) if found else (), "ags")
    by_name = places.by_name(municipality) if municipality else []
    if not postal_code:
        return Candidates(tuple(by_name), "name")
    by_code = places.by_postal_code(postal_code)
    both = tuple(one for one in by_code if one in by_name)
    return Candidates(both, "postal-code-and-name") if both else Candidates(tuple(by_code), "postal-code")


def resolved(place: Mapping[str, Any], places: Places) -> dict[str, Any] | None:
    """The municipality of ``place`` (``ResolvedPlace`` as JSON values); None where it is unknown or stays open."""
    municipalities, by = candidates(place["ags"], place["postal_code"], place["municipality"], places)
    if len(municipalities) != 1:
        return None
    (found,) = municipalities
    return {
        "ags": found.ags,
        "name": found.name,
        "latitude": found.latitude,
        "longitude": found.longitude,
        "by": by,
    }


def notes(submission: EventSubmission, places: Places) -> tuple[FieldError, ...]:
    """Which places of a submission may lie in several municipalities, for its partner to name one."""
    given = {"place": submission.place}
    given |= {f"overrides.{number}.place": override.place for number, override in enumerate(submission.overrides)}
    found = []
    for field, place in given.items():
        if place is None:
            continue
        several = candidates(place.ags, place.postal_code, place.municipality, places).municipalities
        if len(several) > 1:
            named = ", ".join(sorted(f"{one.name} ({one.ags})" for one in several)[:MOST_NAMED])
            sentence = "may lie in {number} municipalities, such as {municipalities}: name its key (ags)"
            found.append(reason(field, "municipality-ambiguous", sentence, number=len(several), municipalities=named))
    return tuple(found)
