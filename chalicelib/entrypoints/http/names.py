"""Reads the name of a person, or of a group, as it stands in a path."""

from __future__ import annotations

import re

from chalicelib.domain.contact import Alias, AliasKind
from chalicelib.domain.errors import NotFound
from chalicelib.domain.values import is_group_id, is_id
from chalicelib.entrypoints.http.schemas.fields import e164

_FORMS = {
    AliasKind.JID: re.compile(r"[1-9]\d{6,14}@s\.whatsapp\.net"),
    AliasKind.LID: re.compile(r"\d{3,20}@lid"),
    AliasKind.BSUID: re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,128}"),
}


def read_name(target: str) -> Alias | str:
    """The alias that a path names, or the contact id.

    Raises:
        NotFound: It is no name that a person could have.
    """
    if is_id(target, "con"):
        return target
    if is_group_id(target):
        return Alias(AliasKind.GROUP, target)
    for kind, form in _FORMS.items():
        if form.fullmatch(target):
            return Alias(kind, target)
    try:
        return Alias(AliasKind.PHONE, e164(target if target.startswith("+") else f"+{target}"))
    except ValueError as error:
        raise NotFound(
            "There is no such contact. Name one by phone (+5511987654321), WhatsApp address, group id or contact id."
        ) from error
