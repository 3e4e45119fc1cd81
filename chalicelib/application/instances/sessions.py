"""Connects a number to its provider: by a code to scan or to type, watched until it is connected, and off again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.application.ports.codes import Code
from chalicelib.application.webhooks import webhook_path
from chalicelib.domain.connection import Cause, Connection, Observation
from chalicelib.domain.errors import ProviderUnavailable, TransitionRefused
from chalicelib.domain.lifecycle import Action, connecting, logged_out, require
from chalicelib.domain.session import code_expires_at, observed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.application.groups import GroupBook
    from chalicelib.application.instances.probing import Probing
    from chalicelib.application.instances.writer import InstanceWriter
    from chalicelib.application.ports.clock import Clock
    from chalicelib.application.ports.codes import Codes
    from chalicelib.application.ports.keyring import Keyring
    from chalicelib.application.ports.provider import Group, Provider
    from chalicelib.domain.instance import Instance
    from chalicelib.domain.instance import Provider as ProviderName

_SHOWING = frozenset({Connection.CONNECTING, Connection.AWAITING_SCAN})


@dataclass(frozen=True, slots=True)
class ScanCode:
    """A code to scan: a ``data:`` URI of its picture, and when it stops working, ms."""

    picture: str
    expires_at: int


@dataclass(frozen=True, slots=True)
class Sessions:
    """Starts, watches and ends sessions."""

    writer: InstanceWriter
    probing: Probing
    group_book: GroupBook
    providers: Mapping[ProviderName, Provider]
    codes: Codes
    keyring: Keyring
    clock: Clock

    def connect(self, organization_id: str, instance_id: str, actor: str, api_url: str) -> Instance:
        """Start a number's session anew; what comes of it is learned from ``connection``.

        Args:
            organization_id: Whose number.
            instance_id: The number.
            actor: Who asks, for the journal.
            api_url: Where this API is reached, ending in ``/api``; the provider's events go there.

        Raises:
            TransitionRefused: It is connected, banned or retired.
            ProviderUnavailable: The provider does not answer, or answers no.
        """
        instance = self.writer.write(organization_id, instance_id, lambda one, now: connecting(one, actor, now))
        self.codes.put(instance_id, Code("", self.clock.now(), 0))
        provider = self.providers[instance.provider]
        try:
            self.register(instance, api_url)
            provider.disconnect(instance)
            provider.connect(instance)
        except ProviderUnavailable:
            refused = Observation(Connection.DISCONNECTED, Cause.PROVIDER_UNREACHABLE)
            self.writer.write(organization_id, instance_id, lambda one, now: observed(one, refused, now))
            raise
        return instance

    def register(self, instance: Instance, api_url: str) -> None:
        """Make the number known to its provider, and have its events sent to ``api_url``."""
        self.providers[instance.provider].register(instance, f"{api_url}/{webhook_path(self.keyring, instance)}")

    def connection(self, organization_id: str, instance_id: str) -> tuple[Instance, ScanCode | None]:
        """What is known of a number's session, at most a few seconds old, and the code to scan if there is one.

        Raises:
            NotFound: Unknown here.
        """
        instance = self.probing.fresh(self.writer.get(organization_id, instance_id))
        if instance.connection is not Connection.AWAITING_SCAN:
            return instance, None
        code = self.codes.get(instance_id)
        expires_at = code_expires_at(code.seen_at, code.number) if code else 0
        if code is None or expires_at <= self.clock.now():
            return instance, None
        return instance, ScanCode(code.picture, expires_at)

    def pairing_code(self, organization_id: str, instance_id: str, phone: str) -> str:
        """A code to type on the phone ``phone`` (E.164) instead of scanning.

        Raises:
            TransitionRefused: No session is waiting for a phone.
            ProviderUnavailable: The provider does not answer, or answers no.
        """
        instance = self.probing.fresh(self.writer.get(organization_id, instance_id))
        if instance.connection not in _SHOWING:
            raise TransitionRefused("No session is waiting for a phone. Connect the instance first, then ask again.")
        return self.providers[instance.provider].pairing_code(instance, phone)

    def logout(self, organization_id: str, instance_id: str, actor: str) -> Instance:
        """Remove a number's pairing.

        Raises:
            TransitionRefused: It is not paired.
            ProviderUnavailable: The provider does not answer, or answers no; the pairing stays.
        """
        instance = self.writer.get(organization_id, instance_id)
        require(instance, self.clock.now(), Action.LOGOUT)
        self.providers[instance.provider].logout(instance)
        return self.writer.write(organization_id, instance_id, lambda one, now: logged_out(one, actor, now))

    def groups(self, organization_id: str, instance_id: str) -> Sequence[Group]:
        """The groups a connected number is a member of; the Gate goes by them from here on.

        Raises:
            TransitionRefused: It is not connected.
            ProviderUnavailable: The provider does not answer, or answers no.
        """
        instance = self.writer.get(organization_id, instance_id)
        if instance.connection is not Connection.CONNECTED:
            raise TransitionRefused("Groups can be listed only while the instance is connected.")
        return self.group_book.ask(instance)
