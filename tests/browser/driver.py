"""One person's tab in the panel: opens its pages, speaks its language, and writes down what no page may do.

tab = visit("operator", locale="en", width=360)
tab.open("instances")
tab.link("Connect a number").click()
expect(tab.badge("Connected")).to_be_visible()
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import expect

from infra.web import messages

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response

DESKTOP, NARROW = 1280, 360
# How long hurried pages are waited for: seconds of their time, and milliseconds of ours for each of them.
_LONGEST, _ANSWERED = 60, 100
_HEIGHTS = {DESKTOP: 800, NARROW: 740}
# How Chromium and htmx tell of an answer with an error's status.
_OF_ANSWERS = ("Failed to load resource", "Response Status Error Code")


def size(width: int) -> dict[str, int]:
    """A window of that width."""
    return {"width": width, "height": _HEIGHTS[width]}


@cache
def translations() -> dict[str, str]:
    """Portuguese by English."""
    ((_, catalog),) = messages.catalogs(messages.WEB)
    return {one.id: str(one.string) for one in catalog if isinstance(one.id, str) and one.id}


@dataclass
class Troubles:
    """What went wrong in a browser's tabs: errors on the console, broken rules of the page, requests to other hosts.

    Attributes:
        host: The only one that may be asked.
        expected: HTTP statuses that the console may complain of.
        found: What went wrong.
    """

    host: str
    expected: set[int] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Look at everything that happens in a context from now on."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # An answer with an error's status is looked at as an answer.
        if message.type in {"error", "warning"} and not any(words in message.text for words in _OF_ANSWERS):
            self.found.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and address.netloc != self.host:
            self.found.append(f"another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.found.append(f"status {response.status}: {response.url}")


@dataclass
class Tab:
    """A tab of somebody's browser.

    Attributes:
        page: Playwright's.
        base: The panel's address, with its last slash.
        locale: The language it is read in.
        troubles: What went wrong.
        hurried: Whether its time runs ahead while something is awaited.
    """

    page: Page
    base: str
    locale: str
    troubles: Troubles
    hurried: bool = False

    def open(self, path: str, status: int = 200) -> None:
        """Go to a page of the panel."""
        self.troubles.expected.add(status)
        answer = self.page.goto(self.base + path)
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}"

    @property
    def path(self) -> str:
        """Where it stands below the panel's address, with its query."""
        return self.page.url.removeprefix(self.base)

    def word(self, text: str, **values: str) -> str:
        """A text of the panel in the tab's language."""
        said = text if self.locale == "en" else translations()[text]
        return said % values if values else said

    def button(self, text: str) -> Locator:
        """The button of the page's content that says it."""
        return self.main.get_by_role("button", name=self.word(text), exact=True)

    def link(self, text: str) -> Locator:
        """The link of the page's content that says it."""
        return self.main.get_by_role("link", name=self.word(text), exact=True)

    def control(self, text: str) -> Locator:
        """What is filled in under a label."""
        return self.main.get_by_label(self.word(text), exact=True)

    def badge(self, text: str) -> Locator:
        """A state that the page tells."""
        return self.main.locator(".badge").get_by_text(self.word(text), exact=True)

    def await_shown(self, news: Locator) -> None:
        """Wait for something that the page learns by asking for it every few seconds of its time."""
        for _ in range(_LONGEST if self.hurried else 0):
            if news.is_visible():
                break
            self.page.clock.run_for(1000)
            self.page.wait_for_timeout(_ANSWERED)
        expect(news).to_be_visible()

    @property
    def main(self) -> Locator:
        """The page's content."""
        return self.page.locator("main")

    def speak(self, locale: str) -> None:
        """Choose a language for the pages to come."""
        self.locale = locale
        self.page.context.add_cookies([{"name": "portaria_language", "value": locale, "url": self.base}])

    def wide(self, width: int) -> None:
        """Give the window another width."""
        self.page.set_viewport_size(size(width))  # type: ignore[arg-type]

    def dressed(self, theme: str) -> None:
        """Show the page in a theme without loading it anew."""
        self.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)

    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        found: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return found

    def sign_in(self, email: str, password: str) -> None:
        """Fill in the door's form."""
        self.open("sign-in")
        self.control("E-mail address").fill(email)
        self.control("Password").fill(password)
        self.button("Sign in").click()
