"""Phones as pages show them: masked, until somebody who may asks for one."""

from __future__ import annotations

_MASK = "••••"
# Country and area of a Brazilian phone, and the last digits: enough to recognise, too little to dial.
_HEAD, _TAIL = 5, 3


def masked(phone: str) -> str:
    """A phone, or a group's id, of which only the beginning and the end are shown: ``+5511 •••• 321``."""
    digits, at, server = phone.partition("@")
    if len(digits) <= _HEAD + _TAIL:
        return _MASK + at + server
    return f"{digits[:_HEAD]} {_MASK} {digits[-_TAIL:]}{at}{server}"


def read_phone(text: str, locale: str, *, guess: bool = True) -> str | None:
    """The phone in E.164 that somebody wrote in one of the usual ways; ``None`` when it is none.

    Without a plus sign the country may be missing: it is the locale's, if that alone makes a number that exists.

    Args:
        text: What was written.
        locale: The organization's, like ``pt-BR``.
        guess: Whether a text without a plus sign that may mean two phones, or none that exists, is read as if it had
            one: good enough to look for something, not to write to somebody.
    """
    import phonenumbers  # noqa: PLC0415 - its tables take long to read

    from chalicelib.entrypoints.http.schemas.fields import e164  # noqa: PLC0415 - as above

    bare = text.strip()
    country = phonenumbers.country_code_for_region(locale.rpartition("-")[2])
    ways = [f"+{bare.removeprefix('+')}"]
    ways += [] if bare.startswith("+") or not country else [f"+{country}{bare.removeprefix('0')}"]
    possible = []
    for way in ways:
        try:
            possible.append(e164(way))
        except ValueError:
            continue
    real = [phone for phone in possible if phonenumbers.is_valid_number(phonenumbers.parse(phone))]
    if len(real) == 1:
        return real[0]
    return next(iter(possible), None) if guess or bare.startswith("+") else None
