"""Tells whether two messages say the same: nobody wants the same sentence twice because a space was added."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from chalicelib.domain.values import Location, Text

if TYPE_CHECKING:
    from chalicelib.domain.values import Content

# Twelve letters of base64url: two different messages to one person are never alike by chance.
_BYTES = 9
# A degree's fourth decimal is some ten metres: the same place.
_DECIMALS = 4
# Unicode's "default ignorable" code points that are no control or format characters: joiners, fillers, selectors.
_IGNORED = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def likeness(content: Content) -> str:
    """What a message says as a short hash, the same for messages that look the same; ``""`` for a reaction.

    A reaction says nothing by itself: the same emoji under two messages is no repetition.
    """
    if isinstance(content, Text):
        return _hash("text", seen(content.text))
    if isinstance(content, Location):
        place = f"{round(content.latitude, _DECIMALS) + 0.0} {round(content.longitude, _DECIMALS) + 0.0}"
        return _hash("location", place, seen(content.name))
    return ""


def seen(text: str) -> str:
    """A text as a reader sees it: Unicode forms and case folded, single spaces, nothing invisible."""
    visible = "".join(letter for letter in text if letter.isspace() or not _invisible(letter))
    folded = unicodedata.normalize("NFKC", visible).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def _invisible(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "C" or _IGNORED.fullmatch(letter) is not None


def _hash(*parts: str) -> str:
    digest = hashlib.blake2b("\0".join(parts).encode(), digest_size=_BYTES).digest()
    return urlsafe_b64encode(digest).decode()
