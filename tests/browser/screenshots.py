"""Pictures of every page at both widths and in both themes, for somebody to look at: `make screenshots`."""

from __future__ import annotations

import argparse
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from infra.errors import InfraError, run_command
from infra.web import build
from tests.browser.chromium import NoChromium, launch
from tests.browser.driver import DESKTOP, NARROW
from tests.browser.places import PLACES, Place, Tour, ids_of
from tests.browser.visiting import Visits
from tests.e2e.client import Client
from tests.stack import Keeper, NotReady, Running

if TYPE_CHECKING:
    from tests.browser.driver import Tab

TARGET = build.ROOT / ".build" / "screenshots"
_IN_ENGLISH = {"sign-in", "overview", "instances", "new-how", "connect-scan", "number", "messages", "message-deferred"}
_THEMES = ("light", "dark")


def main() -> int:
    """Take them."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("--state-dir", type=Path, help="of a running stack; by default one is started and ended")
    state_dir: Path | None = parser.parse_args().state_dir
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with ExitStack() as opened:
        try:
            running = Running.read(state_dir) if state_dir else opened.enter_context(Keeper.somewhere()).running()
            chromium = launch(opened.enter_context(sync_playwright()))
        except (NotReady, NoChromium) as error:
            raise InfraError(str(error)) from error
        client = Client(running)
        tour = Tour(Visits(chromium, running), client, ids_of(client))
        for place in PLACES:
            _picture(tour, place)
        chromium.close()
    print(f"{len(list(TARGET.glob('*.png')))} pictures in {TARGET}")  # noqa: T201 - a command-line program
    return 0


def _picture(tour: Tour, place: Place) -> None:
    for locale in ("pt-BR", "en") if place.name in _IN_ENGLISH else ("pt-BR",):
        tab = tour.open(place, locale)
        for width in (DESKTOP, NARROW):
            tab.wide(width)
            for theme in _THEMES:
                tab.dressed(theme)
                _shoot(tab, f"{place.name}-{width}-{theme}-{locale}")
        tour.visits.close()


def _shoot(tab: Tab, name: str) -> None:
    tab.page.screenshot(path=TARGET / f"{name}.png", full_page=True, animations="disabled")


if __name__ == "__main__":
    run_command(main)
