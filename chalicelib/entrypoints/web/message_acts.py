"""What people do about a message: a form that is wrong comes back with its page; after the rest the message says it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from chalicelib.application.interventions import By
from chalicelib.bootstrap import services
from chalicelib.domain.errors import InvalidInput, TransitionRefused, VersionConflict
from chalicelib.entrypoints.http.schemas.fields import millis
from chalicelib.entrypoints.http.schemas.interventions import CancelBody, ResolveBody, RetryBody
from chalicelib.entrypoints.web.forms import read_form, refused, with_moment
from chalicelib.entrypoints.web.message_page import show_message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalice.app import Response

    from chalicelib.entrypoints.web.forms import Form
    from chalicelib.entrypoints.web.page import Page

Body = TypeVar("Body", bound=BaseModel)

# Of the number of a logical send: more of them name none.
_MOST_DIGITS = 3


def _cancel(page: Page, intent_id: str) -> Response:
    def work(body: CancelBody) -> None:
        services().interventions.cancel(page.organization.id, intent_id, _by(page, body.reason))

    form = read_form(page, CancelBody, {"reason": "cancel_reason"})
    return _asked(page, intent_id, form, work, "cancel")


def _retry(page: Page, intent_id: str) -> Response:
    def work(body: RetryBody) -> None:
        by, expires_at = _by(page, body.reason), millis(body.expires_at)
        services().interventions.retry(page.organization.id, intent_id, by, expires_at)

    names = {"reason": "retry_reason", "expires_at": "retry_until"}
    form = read_form(page, RetryBody, names, meant=with_moment(page, "retry_until"))
    return _asked(page, intent_id, form, work, "retry")


def _resolve(page: Page, intent_id: str) -> Response:
    def work(body: ResolveBody) -> None:
        by = _by(page, body.reason)
        services().interventions.resolve(page.organization.id, intent_id, body.outcome, by)

    form = read_form(page, ResolveBody, {"reason": "resolve_reason"})
    return _asked(page, intent_id, form, work, "resolve")


def _reveal(page: Page, intent_id: str) -> Response:
    """Show a recipient's phone in full, and write down who saw it."""
    organization_id = page.organization.id
    intent, _ = services().queries.one(organization_id, intent_id)
    number = intent.instance_id or intent.request.instance_id
    if number:
        services().registry.record_phone_reveal(organization_id, number, page.actor, intent.id)
    else:
        services().journal.note("a recipient's phone was shown", actor=page.actor, intent_id=intent.id)
    revealed = intent.request.target.value
    if page.partial:
        return page.render("fragments/recipient.html", revealed=revealed)
    return show_message(page, intent_id, revealed=revealed)


def _by(page: Page, reason: str) -> By:
    """Who asks for it, and which of a message's sends their page showed."""
    seen = page.form.get("seen", "")
    return By(page.actor, reason, int(seen) if seen.isdecimal() and len(seen) <= _MOST_DIGITS else None)


def _asked(page: Page, intent_id: str, form: Form[Body], work: Callable[[Body], None], name: str) -> Response:
    body = form.body
    if body is None:
        return show_message(page, intent_id, {name: form})
    try:
        return _done(page, intent_id, f"message_{name}", partial(work, body))
    except InvalidInput as error:
        return show_message(page, intent_id, {name: refused(page, form, f"{name}_until", str(error))})


def _done(page: Page, intent_id: str, done: str, work: Callable[[], None]) -> Response:
    try:
        work()
    except (TransitionRefused, VersionConflict):
        done = "overtaken"
    return page.redirect(f"messages/{intent_id}", {"done": done})


ACTS: Mapping[str, Callable[[Page, str], Response]] = {
    "cancel": _cancel,
    "retry": _retry,
    "resolve": _resolve,
    "recipient": _reveal,
}
