"""A point and how far around it: pure geometry on a sphere, which is 0.5 % off the real Earth at worst."""

from dataclasses import dataclass
from math import asin, cos, degrees, hypot, radians, sin, sqrt
from typing import Final

EARTH_KM: Final = 6371.0088


@dataclass(frozen=True, slots=True)
class Circle:
    """All points at most ``radius_km`` from a point in WGS 84, degrees."""

    latitude: float
    longitude: float
    radius_km: float

    def distance_km(self, latitude: float, longitude: float) -> float:
        """From the middle to a point, by the haversine formula."""
        north, east = sin(radians(latitude - self.latitude) / 2), sin(radians(longitude - self.longitude) / 2)
        chord = hypot(north, east * sqrt(cos(radians(latitude)) * cos(radians(self.latitude))))
        return 2 * EARTH_KM * asin(min(1.0, chord))

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether a point lies within."""
        return self.distance_km(latitude, longitude) <= self.radius_km

    def box(self) -> tuple[float, float, float, float]:
        """South, north, west and east of what holds all of it; across a pole or the date line all longitudes."""
        angle = self.radius_km / EARTH_KM
        south, north = self.latitude - degrees(angle), self.latitude + degrees(angle)
        if south > -90 and north < 90 and (reach := sin(angle) / cos(radians(self.latitude))) < 1:
            west, east = self.longitude - degrees(asin(reach)), self.longitude + degrees(asin(reach))
            if west >= -180 and east <= 180:
                return south, north, west, east
        return south, north, -180.0, 180.0
