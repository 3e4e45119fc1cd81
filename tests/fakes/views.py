"""Intents and views as the Gate sees them, for tests that ask it directly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.domain.contact import Contact
from chalicelib.domain.intent import Intent
from chalicelib.domain.organization import Organization
from chalicelib.domain.request import Request
from chalicelib.domain.timeline import EventType
from chalicelib.domain.values import DAY, Category, ContentType, Origin, Purpose, Target, TargetKind
from chalicelib.domain.view import View
from tests.fakes.clock import NOON
from tests.fakes.numbers import FAST, ORGANIZATION, an_instance

if TYPE_CHECKING:
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.usage import Usage


def an_intent(purpose: Purpose = Purpose.DISPATCH, name: str = "int_1", **changes: object) -> Intent:
    """A PENDING intent whose request has some members changed."""
    request = Request(
        target=Target(TargetKind.PHONE, "+5511987654321"),
        purpose=purpose,
        origin=Origin.API,
        category=Category.UTILITY,
        instance_id=None,
        send_at=None,
        expires_at=NOON + 90 * DAY,
        external_id=None,
        fingerprint="f",
        content_type=ContentType.TEXT,
    )
    asked = replace(request, **changes)  # type: ignore[arg-type]
    return Intent(name, ORGANIZATION, asked).record(EventType.ACCEPTED, NOON, "client key_1")


def a_view(*names: str, policy: Policy = FAST, **organization: object) -> View:
    """An organization with connected numbers that need no warm-up; ``organization`` changes some of its members."""
    tenant = Organization(ORGANIZATION, "Loja", "pt-BR", "America/Sao_Paulo", policy)
    numbers = {name: replace(an_instance(name), seen_at=NOON + 400 * DAY, warmed_up=True) for name in names}
    return View(replace(tenant, **organization), numbers, {})  # type: ignore[arg-type]


def changed(view: View, name: str, **changes: object) -> View:
    """The view with one number changed."""
    instance = replace(view.instances[name], **changes)  # type: ignore[arg-type]
    return replace(view, instances={**view.instances, name: instance})


def used(view: View, name: str, *slots: int, **kind: bool) -> View:
    """The view with slots (ms) reserved on one number."""
    usage: Usage = view.usage(name)
    for slot in slots:
        usage = usage.reserve(slot, 0, **kind)
    return replace(view, usages={**view.usages, name: usage})


def someone(view: View, intent: Intent, contact: Contact | None = None) -> View:
    """The view with what is known of an intent's recipient: by default somebody who wrote to every number."""
    known = contact or Contact("con_1", ORGANIZATION, inbound=dict.fromkeys(view.instances, NOON - DAY))
    return replace(view, recipients={**view.recipients, intent.id: known})
