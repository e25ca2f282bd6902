"""The colours of every theme can be read: contrast as WCAG 2.2 counts it, from the style sheets themselves."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from math import dist
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TOKENS = ROOT / "node_modules/@digital-go-jp/design-tokens/dist/tokens.css"
SHEET = ROOT / "app/static/css/_tokens.css"
THEMES = {"standard": ":root", "dark": ':root[data-colours="dark"]', "contrast": ':root[data-colours="contrast"]'}
GROUNDS = ("--ground", "--ground-soft", "--ground-tint", "--ground-field")
TEXT = [
    *((ink, ground) for ink in ("--ink", "--ink-soft", "--ink-faint", "--link", "--bad") for ground in GROUNDS),
    *((f"--{kind}", f"--{kind}-tint") for kind in ("good", "caution", "bad", "note")),
    *((f"--{kind}", "--ground") for kind in ("accent", "good", "caution", "note")),
    ("--accent-hover", "--accent-tint"),
    ("--on-accent", "--accent"),
    ("--on-accent", "--accent-hover"),
    ("--on-accent", "--accent-press"),
    ("--on-deep", "--deep"),
    ("--on-deep", "--deep-2"),
    ("--on-deep-soft", "--deep"),
    ("--deep", "--on-deep-soft"),
]
SHAPES = [("--rule-strong", ground) for ground in GROUNDS] + [
    ("--focus-line", "--ground"),
    ("--focus-line", "--focus-ring"),
]

# Linear light as people without one kind of cone see it (Machado, Oliveira and Fernandes, 2009, severity 1).
SIGHTS = {
    "trichromat": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    colours = palette(theme)
    least = 7 if theme == "contrast" else 4.5
    assert contrast(colours[ink], colours[ground]) >= least


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("line", "ground"), SHAPES)
def test_edges_of_controls_and_the_focus_can_be_seen(theme: str, line: str, ground: str) -> None:
    colours = palette(theme)
    assert contrast(colours[line], colours[ground]) >= 3


def test_keys_of_categories_stand_out_on_the_white_paper_of_charts() -> None:
    colours = palette("standard")
    keys = [name for name in colours if name.startswith("--category-")]
    assert len(keys) == 7
    assert [name for name in keys if contrast(colours[name], "#ffffff") < 3] == []


@pytest.mark.parametrize("sight", SIGHTS)
def test_keys_of_categories_are_told_apart_by_every_kind_of_sight(sight: str) -> None:
    colours = palette("standard")
    keys = [name for name in colours if name.startswith("--category-")]
    near = [
        (one, other)
        for one, other in combinations(keys, 2)
        if dist(seen(colours[one], sight), seen(colours[other], sight)) < 25
    ]
    assert near == []


@cache
def palette(theme: str) -> dict[str, str]:
    """Every custom property of a theme that is a plain colour, resolved."""
    sheet = SHEET.read_text()
    values = dict(declarations(TOKENS.read_text())) | dict(declarations(block(sheet, THEMES["standard"])))
    values |= dict(declarations(block(sheet, THEMES[theme])))
    resolved = {name: resolve(value, values) for name, value in values.items()}
    return {name: value for name, value in resolved.items() if re.fullmatch(r"#[0-9a-f]{6}", value)}


def block(sheet: str, selector: str) -> str:
    """The declarations of the first rule with exactly this selector."""
    return sheet.split(f"\n{selector} {{", 1)[1].split("\n}", 1)[0]


def declarations(text: str) -> Iterator[tuple[str, str]]:
    for name, value in re.findall(r"(--[\w-]+):\s*([^;]+);", text):
        yield name, value.strip()


def resolve(value: str, values: dict[str, str]) -> str:
    named = re.fullmatch(r"var\((--[\w-]+)\)", value)
    return resolve(values[named[1]], values) if named else value


def contrast(one: str, other: str) -> float:
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    red, green, blue = light(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def light(colour: str) -> list[float]:
    """Linear red, green, blue."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def seen(colour: str, sight: str) -> tuple[float, float, float]:
    """CIELAB of the colour as this sight sees it."""
    parts = light(colour)
    rows = [sum(weight * part for weight, part in zip(row, parts, strict=True)) for row in SIGHTS[sight]]
    red, green, blue = (min(1.0, max(0.0, value)) for value in rows)
    x = cone((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505)
    y = cone(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    z = cone((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def cone(value: float) -> float:
    return value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
