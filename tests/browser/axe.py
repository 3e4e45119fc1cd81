"""Asks axe-core what would keep somebody from using a page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from infra.web import build, npm

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Another theme changes nothing but colours.
COLOURS = ("color-contrast",)
_RUN = """async rules => {
  const options = { resultTypes: ["violations"], ...(rules.length && { runOnly: rules }) };
  const { violations } = await axe.run(document, options);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}"""


def violations(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """What is wrong, each with the elements it is wrong with.

    Args:
        page: The page as it is.
        rules: Only these; by default all that axe has.
    """
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_source())
    found: list[Any] = page.evaluate(_RUN, list(rules))
    return [str(one) for one in found]


@cache
def _source() -> str:
    return (npm.packages(build.ROOT) / "axe-core" / "axe.min.js").read_text()
