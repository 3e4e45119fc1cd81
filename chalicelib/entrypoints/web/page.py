"""One request for a page: who asks, in which language, what was filled in, and the answer to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlencode

from chalice.app import Response

from chalicelib.bootstrap import services
from chalicelib.entrypoints.web.languages import DEFAULT_ZONE, decimal_mark, language_of, translations
from chalicelib.entrypoints.web.session import cookies_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalice.app import Request

    from chalicelib.application.ports.directory import Membership
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.role import Role
    from chalicelib.entrypoints.web.session import Session
    from chalicelib.entrypoints.web.words.times import Times

THEMES = ("system", "light", "dark")
THEME_COOKIE = "portaria_theme"
# What stays as it is in an address that we send a browser to: a path may repeat whatever was asked for.
_SAFE = "/?&=%+:@"


@dataclass(eq=False)
class Page:
    """A request for a page.

    Attributes:
        request: As Chalice gives it.
        session: The browser's session; a new one where it had none.
        membership: Who is signed in, read anew with every request; ``None`` before.
    """

    request: Request
    session: Session
    membership: Membership | None = None

    @property
    def organization(self) -> Organization:
        """The visitor's organization; only pages that require a role ask."""
        if self.membership is None:
            raise RuntimeError("a page without a role asked for its visitor")
        return self.membership.organization

    @property
    def actor(self) -> str:
        """The visitor as timelines and journals name them."""
        return f"operator {self.session.user_id}"

    @property
    def root(self) -> str:
        """The way from this page up to the panel's prefix, whatever that is: every link and redirect begins with it."""
        return "../" * (self.request.path.count("/") - 1)

    @cached_property
    def address(self) -> str:
        """Where this page is below the panel's prefix, with its query: ``messages?status=SENT``."""
        path = self.request.path.lstrip("/")
        for name, given in (self.request.uri_params or {}).items():
            path = path.replace(f"{{{name}}}", given)
        return f"{path}?{urlencode(self.query)}" if self.query else path

    @cached_property
    def locale(self) -> str:
        """The language: as chosen, as the organization speaks, as the browser asks."""
        organization = self.membership.organization if self.membership else None
        return language_of(
            cookies_of(self.request), organization.locale if organization else None, self._header("accept-language")
        )

    @cached_property
    def theme(self) -> str:
        """Light, dark, or as the system has it."""
        chosen = cookies_of(self.request).get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else THEMES[0]

    @cached_property
    def times(self) -> Times:
        """Tells times in the page's language and the organization's zone."""
        from chalicelib.entrypoints.web.words.times import Times  # noqa: PLC0415 - time zones, on pages only

        zone = self.membership.organization.time_zone if self.membership else DEFAULT_ZONE
        return Times(self.gettext, decimal_mark(self.locale), zone, services().clock.now())

    @cached_property
    def query(self) -> dict[str, str]:
        """The query parameters that are not empty: forms send what was left blank too. The last of a name counts."""
        given: Mapping[str, str] = self.request.query_params or {}
        return {name: given[name] for name in given if given[name]}

    @cached_property
    def form(self) -> dict[str, str]:
        """What was filled in, without the blanks around it; the last of a name counts."""
        body = self.request.raw_body
        text = body.decode(errors="replace") if isinstance(body, bytes) else body
        return {name: values[-1].strip() for name, values in parse_qs(text).items()}

    @property
    def partial(self) -> bool:
        """Whether the page itself asks, for a part of it."""
        return self._header("hx-request") == "true"

    def may(self, role: Role) -> bool:
        """Whether the visitor has at least this role."""
        return self.membership is not None and self.membership.member.role.may(role)

    def gettext(self, message: str) -> str:
        """A sentence in the page's language."""
        return translations(self.locale).gettext(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """A sentence about ``count`` things in the page's language."""
        return translations(self.locale).ngettext(one, many, count)

    def render(self, template: str, status: int = 200, **context: Any) -> Response:  # noqa: ANN401 - what templates show
        """The template as an answer.

        Args:
            template: Its name below ``templates/``.
            status: HTTP status.
            **context: What it shows.
        """
        from chalicelib.entrypoints.web.rendering import rendered  # noqa: PLC0415 - Jinja, on pages only

        headers: dict[str, str | list[str]] = {"Content-Type": "text/html; charset=utf-8"}
        return Response(rendered(self, template, context), status_code=status, headers=headers)

    def redirect(self, path: str, query: Mapping[str, str] | None = None) -> Response:
        """Send the browser to another page.

        Args:
            path: Below the panel's prefix, without a leading slash.
            query: Its parameters; ``done`` names what is to be said there (``words/notices.py``).
        """
        location = self.root + quote(path, safe=_SAFE) + (f"?{urlencode(query)}" if query else "")
        if self.partial:
            return Response("", status_code=204, headers={"HX-Redirect": location})
        return Response("", status_code=303, headers={"Location": location})

    def _header(self, name: str) -> str:
        return str(self.request.headers.get(name, ""))
