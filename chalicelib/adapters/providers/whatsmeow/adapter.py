"""The provider port on the bridge."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import urllib3.exceptions

from chalicelib.adapters.providers.whatsmeow.answers import outcome_of_send
from chalicelib.adapters.providers.whatsmeow.message_id import message_id
from chalicelib.adapters.providers.whatsmeow.webhook import EVENTS, receipts, signed
from chalicelib.domain.instance import Connection
from chalicelib.domain.outcome import FailureClass, NotSent, Unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.adapters.providers.whatsmeow.bridge import Answer, Bridge
    from chalicelib.application.ports.keyring import Keyring
    from chalicelib.application.ports.provider import Message, Receipt
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.outcome import Outcome

_HMAC_KEY = "webhook-signature"
_CREATED = frozenset({200, 201})
_CONFLICT = 409
_UNAUTHORIZED = 401


class BridgeRefused(Exception):
    """The bridge refused to set a number up; the text says how."""


class WhatsmeowProvider:
    """Sends through a bridge user that is named by our instance id."""

    def __init__(self, bridge: Bridge, keyring: Keyring) -> None:
        self._bridge = bridge
        self._keyring = keyring

    def register(self, instance: Instance, webhook_url: str) -> None:
        """Create the bridge user, or point an existing one at ``webhook_url``; then switch signing on.

        Raises:
            BridgeRefused: The bridge said no.
        """
        hmac_key = self._keyring.derive(_HMAC_KEY, instance.id)
        user = {
            "name": instance.id,
            "token": self._bridge.token_of(instance.id),
            "webhook": webhook_url,
            "events": ",".join(EVENTS),
            "hmacKey": hmac_key,
        }
        created = self._bridge.admin("POST", "/admin/users", user)
        if created.status == _CONFLICT:
            self._must(instance, "/webhook", {"webhookURL": webhook_url, "Events": list(EVENTS)})
        elif created.status not in _CREATED or not created.envelope or created.error:
            raise BridgeRefused(f"creating the bridge user: HTTP {created.status} {created.error}")
        # The key given at creation signs nothing until it is configured.
        self._must(instance, "/session/hmac/config", {"hmac_key": hmac_key})

    def connect(self, instance: Instance) -> None:
        """Start the session without waiting for it; the full list of events, always.

        Raises:
            BridgeRefused: The bridge said no.
        """
        answer = self._post(instance, "/session/connect", {"Subscribe": list(EVENTS), "Immediate": True})
        if not answer.success and "already" not in answer.error.lower():
            raise BridgeRefused(f"connecting: HTTP {answer.status} {answer.error}")

    def connection(self, instance: Instance) -> Connection:
        """Ask for the state of the session now."""
        try:
            answer = self._bridge.user(instance.id, "GET", "/session/status")
        except urllib3.exceptions.HTTPError:
            return Connection.DISCONNECTED
        if answer.status == _UNAUTHORIZED:
            return Connection.ERROR
        status = {name.lower(): value for name, value in answer.data.items()}
        if not answer.success or status.get("connected") is not True:
            return Connection.DISCONNECTED
        return Connection.CONNECTED if status.get("loggedin") is True else Connection.CONNECTING

    def send(self, instance: Instance, message: Message) -> Outcome:
        """Send one text; one request, whatever comes of it."""
        wire_id = message_id(message.intent_id, message.generation)
        body = {"Phone": message.target.value.removeprefix("+"), "Body": message.content.text, "Id": wire_id}
        try:
            answer = self._bridge.send(instance.id, "/chat/send/text", body)
        except urllib3.exceptions.HTTPError as error:
            if _never_left(error):
                return NotSent(FailureClass.INSTANCE_DOWN, f"the bridge cannot be reached: {type(error).__name__}")
            return Unknown(f"the answer was lost: {type(error).__name__}")
        return outcome_of_send(answer, wire_id)

    def verify(self, instance_id: str, signature: str, body: bytes) -> bool:
        """Whether a webhook's signature over its raw body is the instance's."""
        return signed(self._keyring.derive(_HMAC_KEY, instance_id), signature, body)

    def receipts(self, body: bytes) -> Sequence[Receipt]:
        """The receipts in a webhook's body."""
        return receipts(body)

    def _post(self, instance: Instance, path: str, body: dict[str, Any]) -> Answer:
        return self._bridge.user(instance.id, "POST", path, body)

    def _must(self, instance: Instance, path: str, body: dict[str, Any]) -> None:
        answer = self._post(instance, path, body)
        if not answer.success:
            raise BridgeRefused(f"{path}: HTTP {answer.status} {answer.error}")


def _never_left(error: urllib3.exceptions.HTTPError) -> bool:
    """Whether the request certainly never left: no connection, or none that we trust."""
    if isinstance(error, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)):
        return True
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args)
