"""Pictures of attendance. Takes plain numbers and ready words; knows neither the database nor the reader."""

from analytics.charts.data import (
    Bar,
    Bars,
    Chart,
    Day,
    Days,
    Heat,
    Hours,
    Pair,
    Pairs,
    Panel,
    Series,
    Span,
    Steps,
    Track,
)
from analytics.charts.drawings import draw, size_of
from analytics.charts.gallery import Gallery, Picture
from analytics.charts.style import MEDIA, Format, Frame, Shape, keep_settings_in

__all__ = [
    "MEDIA",
    "Bar",
    "Bars",
    "Chart",
    "Day",
    "Days",
    "Format",
    "Frame",
    "Gallery",
    "Heat",
    "Hours",
    "Pair",
    "Pairs",
    "Panel",
    "Picture",
    "Series",
    "Shape",
    "Span",
    "Steps",
    "Track",
    "draw",
    "keep_settings_in",
    "size_of",
]
