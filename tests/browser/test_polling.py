"""How often pages ask for news, with the browser's clock in the test's hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.onboarding import connect_page, scan

if TYPE_CHECKING:
    from playwright.sync_api import Request

    from tests.browser.driver import Tab
    from tests.browser.visiting import Visits

pytestmark = pytest.mark.e2e

_FIVE_MINUTES = 300
_HIDE = """() => {
  Object.defineProperty(document, "hidden", { get: () => Boolean(window.away), configurable: true });
  Object.defineProperty(document, "visibilityState", { get: () => (window.away ? "hidden" : "visible") });
}"""
_TURN = "away => { window.away = away; document.dispatchEvent(new Event('visibilitychange')); }"


class _Polls:
    """Counts what a tab asks for, and lets its time pass."""

    def __init__(self, tab: Tab) -> None:
        self._page, self.count, self._open = tab.page, 0, 0
        self._page.on("request", self._asked)
        self._page.on("requestfinished", self._answered)
        self._page.on("requestfailed", self._answered)

    def _asked(self, request: Request) -> None:
        if "hx-request" in request.headers:
            self.count += 1
            self._open += 1

    def _answered(self, request: Request) -> None:
        self._open -= "hx-request" in request.headers

    def within(self, seconds: int, step: int = 1) -> int:
        """How many requests there are in so many seconds, each answered before the next step.

        Args:
            seconds: Of the page's time.
            step: Seconds that pass at once: one where pages ask, more where they ought to be silent.
        """
        self.count = 0
        for _ in range(0, seconds, step):
            self._page.clock.run_for(step * 1000)
            while self._open:
                self._page.wait_for_timeout(5)
        return self.count


def _watched(tab: Tab, path: str = "sign-in") -> _Polls:
    tab.page.clock.install()
    tab.page.add_init_script(f"({_HIDE})()")
    tab.open(path)
    return _Polls(tab)


def test_onboarding_asks_at_most_sixty_times_in_five_minutes_and_never_once_connected(visit: Visits) -> None:
    """A tab that somebody left open would cost its organization money until the evening."""
    tab = visit()
    polls = _watched(tab)
    connect_page(tab, "Loja paciente")
    asked = polls.within(_FIVE_MINUTES)
    print(f"onboarding: {asked} requests in five minutes")  # noqa: T201 - the figure, for whoever reads the log
    assert 30 <= asked <= 60
    scan(visit.phone(), tab)
    polls.within(12)
    expect(tab.badge("Connected")).to_be_visible()
    assert polls.within(_FIVE_MINUTES, step=30) == 0


def test_a_hidden_tab_asks_for_nothing(visit: Visits) -> None:
    """Twenty forgotten tabs would ask all night, for nobody."""
    tab = visit()
    polls = _watched(tab)
    connect_page(tab, "Loja escondida")
    assert polls.within(10) > 0
    tab.page.evaluate(_TURN, "away")
    assert polls.within(60, step=30) == 0
    tab.page.evaluate(_TURN, "")
    assert polls.within(10) > 0


@pytest.mark.parametrize("path", ["overview", "instances", "messages"])
def test_a_page_that_is_looked_at_keeps_up_and_a_hidden_one_rests(visit: Visits, path: str) -> None:
    """The board on the wall would show the morning in the afternoon, or forgotten tabs would cost all night."""
    tab = visit()
    polls = _watched(tab, path)
    assert 1 <= polls.within(35) <= 4
    tab.page.evaluate(_TURN, "away")
    assert polls.within(60, step=30) == 0
