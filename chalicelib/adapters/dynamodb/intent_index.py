"""What an intent's header shows to the list indexes: short attributes, each a pure function of the intent."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

from chalicelib.domain.listing import EXCEPTIONS, IntentRow, instant_of, position, row_of, same_person
from chalicelib.domain.values import Purpose

if TYPE_CHECKING:
    from chalicelib.adapters.dynamodb.table import Item
    from chalicelib.application.ports.keyring import Keyring
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.values import Target

# So many bytes of a keyed hash are kept: a recipient's only narrows a search, a client's id leads to its items.
_TARGET_BYTES, _EXTERNAL_BYTES = 9, 16


class KeyedHashes:
    """Names for recipients and clients' ids that mean nothing without the key; each organization has its own."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def target(self, organization_id: str, target: Target) -> str:
        """The name of a recipient, however the phone is written: 12 characters."""
        return self._hash("target", organization_id, str(same_person(target)), _TARGET_BYTES)

    def external_id(self, organization_id: str, external_id: str) -> str:
        """The name of a client's own id: 22 characters, however long that is."""
        return self._hash("external-id", organization_id, external_id, _EXTERNAL_BYTES)

    def _hash(self, purpose: str, organization_id: str, text: str, length: int) -> str:
        key = self._keyring.derive(purpose, organization_id).encode()
        digest = hmac.digest(key, text.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest[:length]).rstrip(b"=").decode()


def index_row(intent: Intent, hashes: KeyedHashes) -> Item:
    """The attributes that the indexes have of an intent.

    ``org`` and ``created`` are the keys of ``by_org``, ``exc`` and ``ext`` put it into the sparse indexes; ``st`` is
    the status class, ``pur`` the purpose, ``who`` the recipient, ``why`` the reason, ``num`` the number, ``lag`` how
    long it took to leave.
    """
    row, organization_id, external_id = row_of(intent), intent.organization_id, intent.request.external_id
    shown = {
        "org": organization_id,
        "created": position(intent),
        "st": row.status_class,
        "pur": row.purpose,
        "who": hashes.target(organization_id, intent.request.target),
        "why": row.reason,
        "num": row.instance_id,
        "lag": row.lag,
        "exc": organization_id if intent.status in EXCEPTIONS else None,
        "ext": None if external_id is None else hashes.external_id(organization_id, external_id),
    }
    return {name: value for name, value in shown.items() if value is not None}


def row_in(entry: Item) -> IntentRow:
    """The row that an entry of ``by_org`` holds."""
    created = str(entry["created"])
    return IntentRow(
        id=created.partition("#")[2],
        created_at=instant_of(created),
        status_class=str(entry["st"]),
        reason=_text(entry, "why"),
        instance_id=_text(entry, "num"),
        purpose=Purpose(str(entry["pur"])),
        lag=int(entry["lag"]) if "lag" in entry else None,
    )


def _text(entry: Item, name: str) -> str | None:
    return str(entry[name]) if name in entry else None
