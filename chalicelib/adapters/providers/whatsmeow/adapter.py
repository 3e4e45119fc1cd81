"""The provider port on the bridge."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import urllib3.exceptions

from chalicelib.adapters.providers.whatsmeow.addresses import aliases_of
from chalicelib.adapters.providers.whatsmeow.answers import outcome_of_send, shown
from chalicelib.adapters.providers.whatsmeow.lookups import checked, groups_in
from chalicelib.adapters.providers.whatsmeow.message_id import intent_of
from chalicelib.adapters.providers.whatsmeow.sending import call_for, recipient_of
from chalicelib.adapters.providers.whatsmeow.session import observe
from chalicelib.adapters.providers.whatsmeow.texts import text_of
from chalicelib.adapters.providers.whatsmeow.webhook import CORE_EVENTS, EVENTS, events_of, signed
from chalicelib.domain.errors import InvalidInput, ProviderUnavailable
from chalicelib.domain.outcome import FailureClass, NotSent, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.adapters.providers.whatsmeow.bridge import Answer, Bridge
    from chalicelib.application.ports.keyring import Keyring
    from chalicelib.application.ports.provider import Group, Message, ProviderEvent
    from chalicelib.domain.connection import Observation
    from chalicelib.domain.contact import Alias
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.outcome import Outcome

_HMAC_KEY = "webhook-signature"
_CREATED = frozenset({200, 201})
_BAD_REQUEST, _CONFLICT = 400, 409
# So many phones are asked about in one call.
_PHONES = 50
# What a session that is not there is called when it is to be ended: then nothing is left to do.
_NOT_THERE = ("no session", "not connected", "not logged in", "disconnected", "cannot disconnect", "could not logout")


class WhatsmeowProvider:
    """Sends through a bridge user that is named by our instance id."""

    def __init__(self, bridge: Bridge, keyring: Keyring) -> None:
        self._bridge = bridge
        self._keyring = keyring

    def register(self, instance: Instance, webhook_url: str) -> None:
        """Create the bridge user, or point an existing one at ``webhook_url``; then switch signing on."""
        hmac_key = self._keyring.derive(_HMAC_KEY, instance.id)
        created = self._create(instance, webhook_url, hmac_key, EVENTS)
        if created.status == _BAD_REQUEST and "event" in created.error.lower():
            # A build that does not know every event refuses the whole list here, and picks from it when connecting.
            created = self._create(instance, webhook_url, hmac_key, CORE_EVENTS)
        if created.status == _CONFLICT:
            self._must(instance, "POST", "/webhook", {"webhookURL": webhook_url, "Events": list(EVENTS)})
        elif created.status not in _CREATED or not created.envelope or created.error:
            raise ProviderUnavailable(f"The bridge refused to create its user: {shown(created)}")
        # The key given at creation signs nothing until it is configured.
        self._must(instance, "POST", "/session/hmac/config", {"hmac_key": hmac_key})

    def connect(self, instance: Instance) -> None:
        """Start the session without waiting for it; the full list of events, always."""
        answer = self._ask(instance, "POST", "/session/connect", {"Subscribe": list(EVENTS), "Immediate": True})
        if not answer.success and "already" not in answer.error.lower():
            raise ProviderUnavailable(f"The bridge refused to connect: {shown(answer)}")

    def disconnect(self, instance: Instance) -> None:
        """End the session and keep the pairing."""
        self._end(instance, "/session/disconnect")

    def logout(self, instance: Instance) -> None:
        """Remove the pairing."""
        self._end(instance, "/session/logout")

    def connection(self, instance: Instance) -> Observation:
        """Ask for the state of the session now."""
        return observe(self._bridge, instance.id)

    def pairing_code(self, instance: Instance, phone: str) -> str:
        """A code to type on the phone instead of scanning."""
        answer = self._must(instance, "POST", "/session/pairphone", {"Phone": phone.removeprefix("+")})
        code = text_of(answer.data.get("LinkingCode"))
        if not code:
            raise ProviderUnavailable("The bridge answered without a pairing code.")
        return code

    def check_numbers(self, instance: Instance, phones: Sequence[str]) -> Mapping[str, str | None]:
        """Ask which phones are on WhatsApp."""
        found: dict[str, str | None] = {}
        for start in range(0, len(phones), _PHONES):
            some = phones[start : start + _PHONES]
            body = {"Phone": [phone.removeprefix("+") for phone in some]}
            found.update(checked(self._must(instance, "POST", "/user/check", body), some))
        return found

    def groups(self, instance: Instance) -> Sequence[Group]:
        """The groups the number is a member of."""
        return groups_in(self._must(instance, "GET", "/group/list"))

    def typing(self, instance: Instance, message: Message, seconds: float) -> None:
        """Show "typing"; whatever comes of it, the send is not concerned."""
        if seconds > 0:
            body = {"Phone": recipient_of(message), "State": "composing", "Media": ""}
            self._bridge.hint(instance.id, "/chat/presence", body, seconds)

    def send(self, instance: Instance, message: Message) -> Outcome:
        """Send one message; one request, whatever comes of it."""
        try:
            call = call_for(message)
        except InvalidInput as error:
            return NotSent(FailureClass.CONTENT_INVALID, str(error))
        try:
            answer = self._bridge.send(instance.id, call.path, call.body)
        except urllib3.exceptions.HTTPError as error:
            if _never_left(error):
                return NotSent(FailureClass.INSTANCE_DOWN, f"the bridge cannot be reached: {type(error).__name__}")
            return Unknown(f"the answer was lost: {type(error).__name__}")
        return outcome_of_send(answer, call.named)

    def verify(self, instance_id: str, signature: str, body: bytes) -> bool:
        """Whether a webhook's signature over its raw body is the instance's."""
        return signed(self._keyring.derive(_HMAC_KEY, instance_id), signature, body)

    def events(self, body: bytes) -> Sequence[ProviderEvent]:
        """What a webhook's body says."""
        return events_of(body)

    def aliases(self, address: str) -> Sequence[Alias]:
        """The names that an address shows."""
        return aliases_of(address)

    def intent_of(self, message_id: str) -> str | None:
        """The intent that a message's id on the wire belongs to."""
        return intent_of(message_id)

    def _create(self, instance: Instance, webhook_url: str, hmac_key: str, events: Sequence[str]) -> Answer:
        user = {
            "name": instance.id,
            "token": self._bridge.token_of(instance.id),
            "webhook": webhook_url,
            "events": ",".join(events),
            "hmacKey": hmac_key,
        }
        try:
            return self._bridge.admin("POST", "/admin/users", user)
        except urllib3.exceptions.HTTPError as error:
            raise _unreachable(error) from error

    def _ask(self, instance: Instance, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
        try:
            return self._bridge.user(instance.id, method, path, body)
        except urllib3.exceptions.HTTPError as error:
            raise _unreachable(error) from error

    def _must(self, instance: Instance, method: str, path: str, body: dict[str, Any] | None = None) -> Answer:
        answer = self._ask(instance, method, path, body)
        if not answer.success:
            raise ProviderUnavailable(f"The bridge refused {path}: {shown(answer)}")
        return answer

    def _end(self, instance: Instance, path: str) -> None:
        answer = self._ask(instance, "POST", path)
        if not answer.success and not any(known in answer.error.lower() for known in _NOT_THERE):
            raise ProviderUnavailable(f"The bridge refused {path}: {shown(answer)}")


def _unreachable(error: urllib3.exceptions.HTTPError) -> ProviderUnavailable:
    return ProviderUnavailable(f"The bridge cannot be reached: {type(error).__name__}.")


def _never_left(error: urllib3.exceptions.HTTPError) -> bool:
    """Whether the request certainly never left: no connection, or none that we trust."""
    if isinstance(error, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)):
        return True
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args)
