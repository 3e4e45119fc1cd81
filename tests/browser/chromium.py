"""Finds the Chromium that the panel is looked at with, and starts it without anything that asks for the network."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = ("--disable-gpu", "--disable-background-networking")
_HOW = """no Chromium on this machine; install it:
  apt-get install chromium                             (Debian and Ubuntu, as root)
  .venv/bin/python -m playwright install chromium      (elsewhere)"""


class NoChromium(Exception):
    """There is none to look at pages with."""


def launch(playwright: Playwright) -> Browser:
    """Start the machine's Chromium, or the one that Playwright downloaded.

    Raises:
        NoChromium: There is neither; says how to get one.
    """
    found = next(filter(None, map(shutil.which, _NAMES)), playwright.chromium.executable_path)
    if not Path(found).exists():
        raise NoChromium(_HOW)
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    return playwright.chromium.launch(executable_path=found, args=[*_OPTIONS, *as_root])
