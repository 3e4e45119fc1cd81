"""Browsers of the demonstration's people: each signs in once, and every visit begins signed in."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from infra.local.services import ROOT
from infra.local.stack import CREDENTIALS
from tests.browser.driver import DESKTOP, Tab, Troubles, size

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.stack import Running

VISITOR, VIEWER, OPERATOR, ADMIN, NEWCOMER = "visitor", "viewer", "operator", "admin", "newcomer"
_EMAILS = {VIEWER: "vera@example.com", OPERATOR: "otavio@example.com", ADMIN: "ana@example.com"}
_NEW_PASSWORD = "portaria-novata-2026"
_NOWHERE = "about:blank"
_PRINTED = re.compile(r"^sign in +(\S+) / (\S+)$", re.MULTILINE)


def founded(running: Running, name: str, admin: str) -> str:
    """Create an organization without anything in it, as `make org` does; returns its admin's temporary password."""
    command = [sys.executable, "-m", "infra.org", "--name", name, "--admin", admin, "--stage", "local"]
    environment = CREDENTIALS | {"AWS_ENDPOINT_URL": running.stack.endpoint, "POWERTOOLS_LOG_LEVEL": "WARNING"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    printed = _PRINTED.search(done.stdout)
    assert printed, done.stdout + done.stderr
    return printed[2]


@dataclass
class Visits:
    """Opens tabs in the panel of a running stack.

    Attributes:
        chromium: The browser.
        running: The stack.
        troubles: What went wrong in the open tabs.
    """

    chromium: Browser
    running: Running
    troubles: list[Troubles] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _states: dict[str, Any] = field(default_factory=dict)
    _kept: dict[str, Tab] = field(default_factory=dict)

    @cached_property
    def base(self) -> str:
        """The panel's address."""
        return self.running.endpoints["panel"]

    def __call__(
        self,
        who: str = OPERATOR,
        *,
        locale: str = "pt-BR",
        width: int = DESKTOP,
        javascript: bool = True,
        hurried: bool = False,
    ) -> Tab:
        """Open a tab in a browser of its own.

        Args:
            who: Whose it is; a visitor is not signed in.
            locale: The language of browser and panel.
            width: Of the window.
            javascript: Whether it runs any.
            hurried: Whether its time runs ahead while something is awaited.
        """
        tab = self._opened(self._state_of(who), locale, width, javascript=javascript)
        if hurried:
            tab.page.clock.install()
            tab.hurried = True
        self._contexts.append(tab.page.context)
        return tab

    def kept(self, who: str) -> Tab:
        """Somebody's tab that outlives the test: it goes from page to page as people do, which is much faster."""
        if who not in self._kept:
            self._kept[who] = self._opened(self._state_of(who), "pt-BR", DESKTOP, javascript=True)
        return self._kept[who]

    def phone(self) -> Page:
        """The local phone's page in a browser of its own."""
        context = self.chromium.new_context(locale="en")
        self._contexts.append(context)
        page = context.new_page()
        page.goto(self.running.endpoints["phone"])
        return page

    def close(self) -> list[str]:
        """Close the tabs but those that are kept; returns what went wrong in all of them."""
        for tab in self._kept.values():
            if tab.page.url != _NOWHERE:
                tab.page.goto(_NOWHERE)
        for context in self._contexts:
            context.close()
        found = [trouble for one in self.troubles for trouble in one.found]
        self._contexts.clear()
        self.troubles = [tab.troubles for tab in self._kept.values()]
        for one in self.troubles:
            one.found.clear()
            one.expected.clear()
        return found

    def _state_of(self, who: str) -> Any:  # noqa: ANN401 - Playwright's own cookies and storage
        if who not in self._states and who != VISITOR:
            self._states[who] = self._signed_in(who)
        return self._states.get(who)

    def _signed_in(self, who: str) -> Any:  # noqa: ANN401 - as above
        tab = self._opened(None, "pt-BR", DESKTOP, javascript=True)
        if who == NEWCOMER:
            email = f"{secrets.token_hex(4)}@example.com"
            tab.sign_in(email, founded(self.running, "Loja Nova", email))
            replace_password(tab, _NEW_PASSWORD)
        else:
            tab.sign_in(_EMAILS[who], self.running.endpoints["password"])
        tab.page.wait_for_url("**/overview")
        self._contexts.append(tab.page.context)
        return tab.page.context.storage_state()

    def _opened(self, state: Any, locale: str, width: int, *, javascript: bool) -> Tab:  # noqa: ANN401 - as above
        context = self.chromium.new_context(
            storage_state=state,
            locale=locale,
            viewport=size(width),  # type: ignore[arg-type]
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        troubles = Troubles(urlsplit(self.base).netloc)
        self.troubles.append(troubles)
        troubles.watch(context)
        tab = Tab(context.new_page(), self.base, locale, troubles)
        tab.speak(locale)
        return tab


def replace_password(tab: Tab, password: str) -> None:
    """Fill in what a temporary password leads to."""
    tab.main.locator("input[name=password]").fill(password)
    tab.main.locator("input[name=again]").fill(password)
    tab.main.locator("form.form button").click()
