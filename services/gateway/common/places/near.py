"""Where somebody looks for events: a place they name, made into a key or a circle; what is unclear is asked back."""

import re
from typing import Any, Final, NamedTuple

from services.gateway.common.http.problems import ProblemError, reason
from shared.circle import Circle
from shared.places import Place, Places

_POINT: Final = re.compile(r"\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,12})?)\s*,\s*([+-]?[0-9]{1,3}(?:\.[0-9]{1,12})?)\s*")
_MOST_CHOICES: Final = 50


class Whereabouts(NamedTuple):
    """A municipality by key, or by name where no key is known; or all around a point. None: anywhere."""

    ags: str | None = None
    municipality: str | None = None
    near: Circle | None = None


def whereabouts(municipality: str, near: str, radius_km: float, places: Places) -> Whereabouts:
    """Where to look. ``near``: ``latitude,longitude``, postal code, name or key; with radius 0 its municipality alone.

    Raises:
        ProblemError: 422, it is no point on Earth, unknown, or more than one place (with ``choices``).
    """
    if not near:
        return _municipality("municipality", municipality, places) if municipality else Whereabouts()
    if (match := _POINT.fullmatch(near)) is None and not radius_km:
        return _municipality("near", near, places)
    if match is None:
        place = known_place("near", near, places)
        middle = place.latitude, place.longitude
    else:
        middle = float(match[1]), float(match[2])
        if abs(middle[0]) > 90 or abs(middle[1]) > 180:
            outside = reason("near", "point-invalid", "must be latitude,longitude in degrees, such as 50.72,12.49")
            raise ProblemError(422, outside)
    within = _municipality("municipality", municipality, places) if municipality else Whereabouts()
    return within._replace(near=Circle(*middle, radius_km))


def _municipality(field: str, text: str, places: Places) -> Whereabouts:
    if place := place_meant(field, text, places):
        return Whereabouts(ags=place.ags)
    if re.fullmatch("[0-9]{8}", text):
        return Whereabouts(ags=text)
    if field == "near" and text.isdigit():
        raise unknown_place(field)
    return Whereabouts(municipality=text)


def place_meant(field: str, text: str, places: Places) -> Place | None:
    """The one municipality that ``text`` means, None where it means none.

    Raises:
        ProblemError: 422, it means several, which are the ``choices``; ``field`` names it.
    """
    found = places.meant(text)
    if len(found) < 2:
        return found[0] if found else None
    several = reason(field, "place-ambiguous", "means several municipalities; name one of them by its key")
    choices = [as_item(place) for place in found[:_MOST_CHOICES]]
    raise ProblemError(422, several, kind="/problems/place-ambiguous", choices=choices)


def known_place(field: str, text: str, places: Places) -> Place:
    """The one municipality that ``text`` means.

    Raises:
        ProblemError: 422, it means none, or several, as ``place_meant``.
    """
    text = text.strip()
    place = place_meant(field, text, places) if text else None
    if place is None:
        raise unknown_place(field)
    return place


def unknown_place(field: str) -> ProblemError:
    """422, as what ``field`` says means no municipality."""
    unknown = reason(field, "place-unknown", "is no postal code and no municipality that is known here")
    return ProblemError(422, unknown, kind="/problems/place-unknown")


def as_item(place: Place) -> dict[str, Any]:
    """A municipality as clients see it."""
    return {
        "ags": place.ags,
        "name": place.name,
        "postal_codes": list(place.postal_codes),
        "latitude": place.latitude,
        "longitude": place.longitude,
    }
