"""How long people walk from one venue to another: an estimate from their positions, on the careful side."""

from math import asin, ceil, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0
KM_AN_HOUR = 4
DETOUR = 1.3
"""Streets are longer than the straight line."""
LEAVING_AND_FINDING = 5
"""Minutes to leave one room and find the other."""

Position = tuple[float, float]


def walking_minutes(one: Position | None, other: Position | None) -> int | None:
    """Whole minutes between two positions in degrees (latitude, longitude); None where one is not known."""
    if one is None or other is None:
        return None
    return ceil(_distance_km(one, other) * DETOUR / KM_AN_HOUR * 60) + LEAVING_AND_FINDING


def _distance_km(one: Position, other: Position) -> float:
    """Along the great circle, by the haversine formula."""
    (north, east), (other_north, other_east) = (tuple(map(radians, each)) for each in (one, other))
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin((other_east - east) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))
