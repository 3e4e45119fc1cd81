"""Phones as pages show them: masked, until somebody who may asks for one."""

from __future__ import annotations

_MASK = "••••"
# Country and area of a Brazilian phone, and the last digits: enough to recognise, too little to dial.
_HEAD, _TAIL = 5, 3


def masked(phone: str) -> str:
    """A phone of which only the beginning and the end are shown: ``+5511 •••• 321``."""
    if len(phone) <= _HEAD + _TAIL:
        return _MASK
    return f"{phone[:_HEAD]} {_MASK} {phone[-_TAIL:]}"
