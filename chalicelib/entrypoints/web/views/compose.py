"""A test message as it is being written: through which numbers it could leave, and what was filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.intake import trial
from chalicelib.domain.instance import FINAL, Lifecycle
from chalicelib.entrypoints.http.schemas.instances import TestMessageBody
from chalicelib.entrypoints.web.forms import read_form
from chalicelib.entrypoints.web.views.cards import sign
from chalicelib.entrypoints.web.views.choices import Choice
from chalicelib.entrypoints.web.views.phones import masked, read_phone

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.application.instances.board import Post
    from chalicelib.application.intake import Draft
    from chalicelib.entrypoints.web.page import Page


@dataclass(frozen=True, slots=True)
class Letter:
    """What was filled in.

    Attributes:
        draft: What it means; ``None`` when something is wrong.
        errors: What is wrong, by field.
    """

    draft: Draft | None
    errors: Mapping[str, str]


def read_letter(page: Page, posts: Sequence[Post]) -> Letter:
    """The form against the shape of the API's own test message."""
    given, number = page.form, page.form.get("instance_id", "")
    instances = {post.state.instance.id: post.state.instance for post in posts}
    # Browsers send a textarea's line breaks as two characters.
    text = given.get("text", "").replace("\r\n", "\n")
    to = given.get("to", "")
    phone = read_phone(to, page.organization.locale, guess=False) or to
    form = read_form(page, TestMessageBody, given={"to": phone, "text": text})
    errors = dict(form.errors)
    if number and number not in instances:
        errors["instance_id"] = page.gettext("Choose one of the offered values.")
    if form.body is None or errors:
        return Letter(None, errors)
    return Letter(trial(instances.get(number), form.body.to, form.body.text), {})


def choices(page: Page, posts: Sequence[Post]) -> list[Choice]:
    """Any number, then each with how it stands; a banned one cannot be chosen, retired ones are left out."""
    say = page.gettext
    every = Choice("", say("Any number that fits"), say("The Gate chooses, as it does for every message."))
    living = [post for post in posts if post.state.instance.lifecycle is not Lifecycle.RETIRED]
    return [every, *(_choice(page, post) for post in living)]


def _choice(page: Page, post: Post) -> Choice:
    one, word = post.state.instance, sign(post.state).told(page.gettext)
    waits = one.obstacle(post.state.at) is not None and one.lifecycle not in FINAL
    waiting = page.gettext("The message waits until it can send.") if waits else ""
    label = f"{one.name} · {masked(one.phone)}" if one.phone else one.name
    text = " ".join(part for part in (f"{word.label}.", word.meaning, waiting) if part)
    return Choice(one.id, label, text, disabled=one.lifecycle in FINAL)
