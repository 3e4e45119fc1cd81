"""Finds the Chromium that the panel is looked at with, and starts it without anything that asks for the network."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

# The one without windows does the same for a third of the processor's time.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# The whole one opens pages of its own beside each of ours, for an address bar that nobody sees: they cost more than
# ours. Only the last switch of that name counts, so what Playwright takes out is taken out here too.
_NOT_FOR_TESTS = (
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
)
_OPTIONS = (
    "--disable-gpu",
    "--disable-background-networking",
    f"--disable-features={','.join(_NOT_FOR_TESTS)}",
)
_HOW = """no Chromium on this machine; install it:
  apt-get install chromium-headless-shell              (Debian and Ubuntu, as root)
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
