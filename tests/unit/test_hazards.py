"""The list of hazards in docs/testing.md: whoever follows it finds the test that shows each."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
_NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows() -> list[str]:
    """The table's rows."""
    text = (TESTS.parent / "docs" / "testing.md").read_text()
    chapter = text.partition("## Crash points and hazards")[2]
    table = chapter.partition("| hazard |")[2].partition("\n\n")[0]
    return table.splitlines()[2:]


def test_every_hazard_is_shown_by_tests_that_exist() -> None:
    """A hazard would count as tested because a test of that name was there once."""
    assert len(rows()) >= 18
    for row in rows():
        named = _NAMED.findall(row)
        assert named, row
        for file, test in named:
            tree = ast.parse((TESTS / file).read_text())
            assert test in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}, (file, test)
