"""What the bridge answers about a session, read with the doubt it deserves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import urllib3.exceptions

from chalicelib.adapters.providers.whatsmeow.addresses import phone_of
from chalicelib.domain.connection import Cause, Connection, Observation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from chalicelib.adapters.providers.whatsmeow.bridge import Answer, Bridge

_UNAUTHORIZED = 401
_PICTURE = "data:image/"
_UNREACHABLE = Observation(Connection.DISCONNECTED, Cause.PROVIDER_UNREACHABLE)


def observe(bridge: Bridge, instance_id: str) -> Observation:
    """Ask for the state of a session, and for the code it shows if it waits for a phone."""
    try:
        answer = bridge.user(instance_id, "GET", "/session/status")
        status = _lowered(answer.data)
        if not answer.success:
            return _refused(answer)
        if status.get("connected") is not True:
            return Observation(Connection.DISCONNECTED)
        if status.get("loggedin") is True:
            return Observation(Connection.CONNECTED, phone=phone_of(status.get("jid")))
        return _waiting(bridge.user(instance_id, "GET", "/session/qr"))
    except urllib3.exceptions.HTTPError:
        return _UNREACHABLE


def _waiting(answer: Answer) -> Observation:
    picture = _lowered(answer.data).get("qrcode")
    if answer.success and isinstance(picture, str) and picture.startswith(_PICTURE):
        return Observation(Connection.AWAITING_SCAN, code=picture)
    return _passkey(answer) or Observation(Connection.CONNECTING)


def _refused(answer: Answer) -> Observation:
    if answer.status == _UNAUTHORIZED:
        return Observation(Connection.ERROR, Cause.PROVIDER_REFUSED)
    if not answer.envelope:
        return _UNREACHABLE
    return _passkey(answer) or Observation(Connection.DISCONNECTED)


def _passkey(answer: Answer) -> Observation | None:
    """What a build says that forwards the phone's wish for a passkey."""
    return Observation(Connection.PASSKEY_REQUIRED) if "passkey" in answer.error.lower() else None


def _lowered(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with its names in lower case: builds differ."""
    return {name.lower(): value for name, value in data.items()}
