"""The panel's look keeps what it promises: legible in both themes, nothing inline, every icon there."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "chalicelib" / "entrypoints" / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
TOKEN = re.compile(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)")
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", re.IGNORECASE)
ICON = re.compile(r"icon\(\"([a-z0-9-]+)\"\)")

KINDS = ("go", "wait", "stop", "doubt", "info")
GROUNDS = ("paper", "card", "sunk")
TEXTS = [
    *itertools.product(("ink", "ink-2", "ink-3", "accent", *KINDS), GROUNDS),
    *((ink, f"{kind}-soft") for kind in KINDS for ink in (kind, "ink", "ink-2")),
    *((ink, "accent-soft") for ink in ("ink", "ink-2", "accent")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
]
MARKS = [*itertools.product(("line-strong", "focus", "accent"), GROUNDS)]


@pytest.fixture(scope="module")
def tokens() -> dict[str, tuple[str, str]]:
    """Each colour's light and dark value."""
    found = TOKEN.findall((WEB / "static" / "css" / "10-tokens.css").read_text())
    return {name: (light, dark) for name, light, dark in found}


def _luminance(colour: str) -> float:
    digits = colour.removeprefix("#")
    full = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("pairs", "least"), [(TEXTS, 4.5), (MARKS, 3.0)], ids=["texts have 4.5 to 1", "marks have 3 to 1"]
)
def test_contrast(tokens: dict[str, tuple[str, str]], pairs: list[tuple[str, str]], least: float, theme: int) -> None:
    """Whoever sees little contrast, or works in the sun, could not read a state or find a field's edge."""
    ratios = {(ink, ground): _contrast(tokens[ink][theme], tokens[ground][theme]) for ink, ground in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < least} == {}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(WEB / "templates").as_posix())
def test_nothing_is_inline(template: Path) -> None:
    """The browser refuses inline styles and scripts under the panel's policy: what needs them would not work."""
    assert INLINE.findall(template.read_text()) == []


def test_every_icon_is_in_the_sprite() -> None:
    """A button would show a hole where its icon should be."""
    named = {name for template in TEMPLATES for name in ICON.findall(template.read_text())}
    assert named - set((WEB / "static" / "icons.txt").read_text().split()) == set()
