"""Why a network was chosen, as codes and values that are said in the language of whoever reads them."""

from shared.contracts.base import Explanation
from shared.places import Places
from shared.routing.directory import Candidate
from shared.vocabulary import vocabulary


def explain(one: Candidate, places: Places) -> list[Explanation]:
    """How a candidate is near, what it has in common with the request, and how much room it has."""
    found = [_area(one, places)]
    if one.topics:
        slugs = sorted(one.topics)
        labels = ", ".join(vocabulary().label(slug, "en") for slug in slugs)
        found.append(Explanation(code="topics", detail=labels, values={"topics": " ".join(slugs)}))
    if one.languages:
        tags = sorted(one.languages)
        found.append(
            Explanation(code="languages", detail=f"Speaks {', '.join(tags)}", values={"languages": " ".join(tags)})
        )
    free = f"{one.free} of {one.capacity} places free"
    found.append(Explanation(code="free", detail=free, values={"free": one.free, "capacity": one.capacity}))
    return found


def _area(one: Candidate, places: Places) -> Explanation:
    named = places.by_ags(one.ags) if one.ags else None
    name = named.name if named else one.ags
    km = round(one.distance_km or 0.0)
    match one.step:
        case "municipality":
            return Explanation(code="area-municipality", detail=f"{name} is part of its area", values={"place": name})
        case "circle":
            detail = f"It can be asked around {name}, {km} km away" if km else f"It can be asked around {name}"
            code = "area-circle" if km else "area-middle"
            return Explanation(code=code, detail=detail, values={"place": name, "km": km})
        case "district":
            return Explanation(code="area-district", detail="It can be asked everywhere in the district")
        case "neighbour":
            return Explanation(
                code="area-neighbour",
                detail=f"It can be asked in {name}, {km} km away",
                values={"place": name, "km": km},
            )
        case "region":
            return Explanation(code="area-region", detail="It can be asked everywhere in the region")
