"""A blueprint of pages: who may see each, forms that only our own pages can send, errors as pages."""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from chalice.app import Blueprint, Response

from chalicelib.bootstrap import services
from chalicelib.domain.role import Role
from chalicelib.entrypoints.invocation import request_id_of
from chalicelib.entrypoints.web.failures import Forbidden, FormExpired, failed
from chalicelib.entrypoints.web.page import Page
from chalicelib.entrypoints.web.session import begin, is_secure, session_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalice.app import Request


_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Cookie, HX-Request",
}


class PageBlueprint(Blueprint):
    """Pages of the panel."""

    def page(
        self, path: str, *, methods: Sequence[str] = ("GET",), role: Role | None = Role.VIEWER
    ) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """Register a view that gets the ``Page`` and its path parameters by name.

        Args:
            path: As Chalice writes it.
            methods: HTTP methods; a POST must carry the session's form token.
            role: The least role that may; ``None`` for everybody, signed in or not.
        """
        register = super().route(path, methods=list(methods), content_types=[])

        def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
            @wraps(view)
            def guarded(**parameters: str) -> Response:
                named = {name: unquote(given) for name, given in parameters.items()}
                return _answered(self.current_request, role, partial(_called, view, named))

            return register(guarded)  # type: ignore[no-any-return]

        return decorate


def _called(view: Callable[..., Response], named: dict[str, str], page: Page) -> Response:
    return view(page, **named)


def _answered(request: Request, role: Role | None, view: Callable[[Page], Response]) -> Response:
    known = session_of(request)
    page = Page(request, known or begin())
    try:
        _recognise(page)
        answer = _guarded(page, role, view)
    except Exception as error:  # noqa: BLE001 - the last line before the reader: nothing goes unanswered
        answer = failed(page, error)
    headers: dict[str, Any] = {**_HEADERS, "Request-Id": request_id_of(request)}
    if known is None and role is None and "Set-Cookie" not in answer.headers:
        headers["Set-Cookie"] = page.session.cookie(secure=is_secure(request))
    answer.headers.update({name: value for name, value in headers.items() if name not in answer.headers})
    return answer


def _recognise(page: Page) -> None:
    session = page.session
    if session.signed_in:
        page.membership = services().directory.membership(session.organization_id, session.user_id)


def _guarded(page: Page, role: Role | None, view: Callable[[Page], Response]) -> Response:
    if _is_below_itself(page.request):
        return page.redirect(f"../{page.address}")
    if role is not None and page.membership is None:
        return _asked_in(page)
    if page.request.method == "POST" and not page.session.owns(page.form.get("csrf", "")):
        raise FormExpired("The form does not belong to this session.")
    if role is not None and not page.may(role):
        raise Forbidden(f"This needs the role {role}.")
    return view(page)


def _is_below_itself(request: Request) -> bool:
    """Whether the address has a last slash that its route lacks: gateways forgive it, relative links do not."""
    asked = str(request.context.get("path", ""))
    return request.method == "GET" and request.path != "/" and asked.endswith("/")


def _asked_in(page: Page) -> Response:
    """To the door. After signing in one comes back; not to a form that was posted.

    A form that was sent for a part of a page may stand higher than its address: the page sends it again as a whole.
    """
    if page.request.method != "POST":
        return page.redirect("sign-in", None if page.partial else {"next": page.address})
    if page.partial:
        raise FormExpired("Nobody is signed in.")
    return page.redirect("sign-in")
