"""The address people open first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.integration.house import House


def test_the_root_says_what_answers_here(house: House) -> None:
    """Whoever clicks the printed address must see that it runs and where to go, not an error."""
    answer = house.call("GET", "/")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "api/message-intents" in answer.raw.decode()
