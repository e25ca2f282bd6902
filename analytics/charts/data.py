"""What charts show: plain numbers and ready words, nothing to look up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """One bar and its words; without a number only the words stand there. detail: smaller, under the label."""

    label: str
    number: int | None
    words: str
    detail: str = ""


@dataclass(frozen=True)
class Bars:
    """Numbers side by side; total: the words of a last line without a bar."""

    rows: tuple[Bar, ...]
    total: tuple[str, str] | None = None


@dataclass(frozen=True)
class Series:
    """One part of stacked bars; mark: its place among the categories' colours, none for who was not asked."""

    label: str
    mark: int | None


@dataclass(frozen=True)
class Day:
    """One day's numbers in the order of the series; empty: the words say why."""

    label: str
    numbers: tuple[int, ...]
    words: str


@dataclass(frozen=True)
class Days:
    """Numbers of each day, split into series."""

    series: tuple[Series, ...]
    rows: tuple[Day, ...]


@dataclass(frozen=True)
class Span:
    """One day by the hour: (minute of the day, number) for each step that has any; peak: words at the highest."""

    label: str
    numbers: tuple[tuple[int, int], ...]
    words: str


@dataclass(frozen=True)
class Hours:
    """The same hours of several days, in steps of so many minutes."""

    step: int
    days: tuple[Span, ...]


@dataclass(frozen=True)
class Pair:
    """One session: places confirmed (none: no bookings), who came on them, who came without."""

    label: str
    detail: str
    confirmed: int | None
    booked: int | None
    walk_in: int | None
    words: str


@dataclass(frozen=True)
class Pairs:
    """Confirmed places against who came; the words of the three lengths."""

    rows: tuple[Pair, ...]
    confirmed: str
    booked: str
    walk_in: str


@dataclass(frozen=True)
class Track:
    """A number that holds from each point (x, number) on until the next one; the last until the end of the plot.
    joined: known between its points too; otherwise they are single dots."""

    label: str
    points: tuple[tuple[int, int], ...]
    joined: bool = True


@dataclass(frozen=True)
class Panel:
    """One plot: its tracks (two at most) over the same stretch of x. limit: a line across, with its words."""

    label: str
    tracks: tuple[Track, ...]
    start: int
    end: int
    ticks: tuple[tuple[int, str], ...]
    limit: int | None = None
    limit_words: str = ""


@dataclass(frozen=True)
class Steps:
    """Numbers over time, in plots under each other, each on its own scale."""

    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Heat:
    """Numbers of two dimensions, each written into its field; without a number its words. The darker the more."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int | str, ...], ...]


Chart = Bars | Days | Hours | Pairs | Steps | Heat
