"""Something to choose from: what a number can be meant for, how it can send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.entrypoints.web.words.instances import PROVIDERS, PURPOSES

if TYPE_CHECKING:
    from chalicelib.entrypoints.web.page import Page


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several to choose from; ``disabled`` when it cannot be chosen as things are."""

    value: str
    label: str
    text: str = ""
    disabled: bool = False


def purposes(page: Page) -> list[Choice]:
    """What a number can be meant for."""
    say = page.gettext
    return [Choice(purpose, say(word.label), say(word.meaning)) for purpose, word in PURPOSES.items()]


def providers(page: Page) -> list[Choice]:
    """How a number can reach WhatsApp."""
    return [Choice(provider, page.gettext(label)) for provider, label in PROVIDERS.items()]
