"""Charts look as they did when somebody last looked at them: each is compared with the picture that was kept."""

from dataclasses import replace

import pytest
from PIL import Image

from analytics.charts import Bar, Bars, Pairs, Shape, style
from tests.analytics.pictures import CHARTS, KEPT, difference, drawn, file_of

pytestmark = pytest.mark.slow

TOLERANCE = 20.0
"""Letters drawn a shade differently by another release of the libraries stay below; one other digit does not."""


@pytest.mark.parametrize(("name", "shape"), KEPT)
def test_a_chart_is_the_kept_picture(name: str, shape: Shape) -> None:
    kept = Image.open(file_of(name, shape))
    apart = difference(kept, drawn(CHARTS[name], shape))
    assert apart < TOLERANCE, f"{name} looks different ({apart:.1f}): look at it, then `make pictures`"


@pytest.mark.parametrize(("name", "shape"), KEPT)
def test_a_kept_picture_is_small(name: str, shape: Shape) -> None:
    assert file_of(name, shape).stat().st_size <= 30_000


def test_one_other_digit_letter_length_or_colour_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Image.open(file_of("bars", "sheet"))
    bars, pairs = CHARTS["bars"], CHARTS["pairs"]
    assert isinstance(bars, Bars)
    assert isinstance(pairs, Pairs)
    first, *others = bars.rows
    for changed in (
        Bar(first.label, first.number, "413人"),
        Bar("観覧車", first.number, first.words),
        Bar(first.label, None, first.words),
    ):
        other = replace(bars, rows=(changed, *others))
        assert difference(kept, drawn(other, "sheet")) > TOLERANCE, changed
    longer = replace(pairs.rows[0], walk_in=6)
    other_pairs = replace(pairs, rows=(longer, *pairs.rows[1:]))
    assert difference(Image.open(file_of("pairs", "sheet")), drawn(other_pairs, "sheet")) > TOLERANCE
    monkeypatch.setattr("analytics.charts.drawings.ACCENT", style.PALE)
    assert difference(kept, drawn(bars, "sheet")) > TOLERANCE
