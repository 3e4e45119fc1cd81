"""What a number can be meant for and how it can send, as something to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.entrypoints.web.words.instances import PROVIDERS, PURPOSES

if TYPE_CHECKING:
    from chalicelib.entrypoints.web.page import Page


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: a radio's value, label and text."""

    value: str
    label: str
    text: str = ""


def purposes(page: Page) -> list[Choice]:
    """What a number can be meant for."""
    say = page.gettext
    return [Choice(purpose, say(word.label), say(word.meaning)) for purpose, word in PURPOSES.items()]


def providers(page: Page) -> list[Choice]:
    """How a number can reach WhatsApp."""
    return [Choice(provider, page.gettext(label)) for provider, label in PROVIDERS.items()]
