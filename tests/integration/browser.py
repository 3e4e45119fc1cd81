"""A browser without JavaScript: keeps cookies, follows redirects, fills in the forms that a page really has.

One line is one thing that a person does ::

    browser = Browser(house).sign_in(member(tenant))
    browser.open(f"/instances/{tenant.instance_ids[0]}/overview")
    browser.submit("/pause", pause_reason="Férias")
    assert "Paused" in browser.text
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

from chalicelib.bootstrap import services
from chalicelib.domain.role import Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.integration.house import Answer, House, Tenant

PASSWORD = "portaria-tests-2026"
_REDIRECTS = 5


@dataclass
class Form:
    """A form of a page: what it carries by itself, and where it goes."""

    action: str
    method: str
    id: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects forms with the values their controls have."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.apart: list[tuple[str, str, str]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes forms, and the value of each control in the newest one."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", ""), given.get("method", "get").lower(), given.get("id", "")))
        elif "form" in given:
            self.apart.append((given["form"], given.get("name", ""), given.get("value", "")))
        elif tag == "input" and given.get("type") in {"radio", "checkbox"}:
            self._keep(given.get("name", "") if "checked" in given else "", given.get("value", "on"))
        elif tag in {"input", "textarea"}:
            self._keep(given.get("name", ""), given.get("value", ""))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and "selected" in given:
            self._keep(self._select, given.get("value", ""))

    def _keep(self, name: str, value: str) -> None:
        if self.found and name:
            self.found[-1].fields[name] = value


class Browser:
    """One person's browser.

    Attributes:
        answer: What the last request answered, after redirects.
        address: Where that was, with its query.
    """

    def __init__(self, house: House, language: str = "en") -> None:
        self.house = house
        self.cookies: dict[str, str] = {"portaria_language": language}
        self.address = "/"
        self.answer: Answer = house.call("GET", "/")

    def sign_in(self, email: str, password: str = PASSWORD) -> Browser:
        """Go in by the real form."""
        self.open("/sign-in")
        self.submit("sign-in", email=email, password=password)
        assert self.answer.status == 200, self.text
        return self

    def open(self, path: str, **headers: str) -> Browser:
        """Go to an address; relative ones lead on from where one is."""
        return self._go("GET", path, b"", headers)

    def part(self, path: str) -> Browser:
        """Ask for a part of a page, as its script does."""
        return self.open(path, HX_Request="true")

    def submit(self, action: str, **fields: str) -> Browser:
        """Send the page's one form whose action has ``action`` in it, with some fields filled in."""
        form = self.form(action)
        return self.send(form, {**form.fields, **fields})

    def send(self, form: Form, fields: Mapping[str, str]) -> Browser:
        """Send fields to where a form goes."""
        filled = urlencode(fields)
        if form.method == "get":
            return self.open(f"{form.action}?{filled}")
        kind = {"Content_Type": "application/x-www-form-urlencoded"}
        return self._go("POST", form.action, filled.encode(), kind)

    def form(self, action: str) -> Form:
        """The page's one form whose action has ``action`` in it."""
        fitting = [form for form in self.forms if action in form.action]
        assert len(fitting) == 1, f"{len(fitting)} forms go to {action}: {[form.action for form in self.forms]}"
        return fitting[0]

    @property
    def forms(self) -> list[Form]:
        """The page's forms."""
        parser = _Forms()
        parser.feed(self.html)
        for name, control, value in parser.apart:
            for form in parser.found:
                form.fields |= {control: value} if form.id == name else {}
        return parser.found

    @property
    def html(self) -> str:
        """The page as it came."""
        return self.answer.raw.decode()

    @property
    def text(self) -> str:
        """What one reads: without marks, with single spaces."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    @property
    def path(self) -> str:
        """Where one is, without the query."""
        return urlsplit(self.address).path

    def links(self, beginning: str = "") -> list[str]:
        """Where the page's links lead, as absolute paths that begin so."""
        found = [urljoin(self.address, unescape(href)) for href in re.findall(r'<a [^>]*href="([^"]*)"', self.html)]
        return [href for href in found if href.startswith(beginning)]

    def _go(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Browser:
        for _ in range(_REDIRECTS):
            self.address = urljoin(self.address, path)
            cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            self.answer = self.house.call(method, self.address, body, Cookie=cookies, **headers)
            self._keep_cookies()
            if self.answer.status != 303:
                return self
            method, path, body = "GET", str(self.answer.headers["Location"]), b""
        raise AssertionError(f"redirected {_REDIRECTS} times, last to {self.address}")

    def _keep_cookies(self) -> None:
        for line in _values(self.answer.headers.get("Set-Cookie")):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


def member(tenant: Tenant, role: Role = Role.ADMIN, email: str = "") -> str:
    """Add somebody who can sign in with ``PASSWORD``; returns their e-mail address."""
    address = email or f"{role.lower()}@example.com"
    services().members.add_member(tenant.id, address, role, PASSWORD)
    services().identities.keep_password(address, PASSWORD)
    return address


def _values(header: object) -> Iterator[str]:
    if isinstance(header, str):
        yield header
    elif isinstance(header, list):
        yield from header
