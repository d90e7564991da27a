"""What clients get of places, for /openapi.json."""

from pydantic import BaseModel, Field


class PlaceItem(BaseModel):
    """A municipality; its middle in WGS 84, degrees."""

    ags: str = Field(description="Official municipality key.")
    name: str
    postal_codes: list[str]
    latitude: float
    longitude: float


class PlacePage(BaseModel):
    """Municipalities, the best match first."""

    items: list[PlaceItem]
    next: None = None
