"""Networks that could be asked, as clients see them."""

from pydantic import BaseModel, Field

from services.gateway.common.documents import Document
from shared.contracts.base import Explanation
from shared.language import Language
from shared.places import places
from shared.routing.directory import Candidate
from shared.routing.explaining import explain
from shared.vocabulary import vocabulary


class NamedNetwork(BaseModel):
    """An organisation, or a multiplier."""

    id: str | None = Field(description="Null for a multiplier: who that is only the office sees.")
    name: str


class NetworkItem(NamedNetwork):
    """A network that could be asked."""

    reasons: list[str] = Field(description="Why it, in the reader's language: how it is near, what it has in common.")
    distance_km: float | None = Field(description="From the municipality; null where that says nothing.")
    free: int = Field(description="How many requests more it can care for.")


def some_multiplier(language: Language) -> Document:
    """What everyone may know of who a multiplier is."""
    return {"id": None, "name": language.gettext("A trained moderator")}


def network_item(one: Candidate, language: Language) -> Document:
    """A network that could be asked, and why."""
    network = one.network
    return {
        **(some_multiplier(language) if network.is_multiplier else {"id": network.id, "name": network.name}),
        "reasons": [said(explanation, language) for explanation in explain(one, places())],
        "distance_km": None if one.distance_km is None else round(one.distance_km, 1),
        "free": one.free,
    }


def said(given: Explanation, language: Language) -> str:
    """Why a network is asked; topics and languages by what they are called."""
    if given.code == "topics":
        return ", ".join(vocabulary().label(slug, language.code) for slug in str(given.values["topics"]).split())
    if given.code == "languages":
        names = ", ".join(language.name_of(tag) for tag in str(given.values["languages"]).split())
        return language.gettext("Speaks {languages}", languages=names)
    return language.explanation(given.model_dump(), "routing")
