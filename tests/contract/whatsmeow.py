"""The whatsmeow adapter as the tests build it: real HTTP, short waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.adapters.http import http_pool
from chalicelib.adapters.keyring import DerivingKeyring
from chalicelib.adapters.providers.whatsmeow.adapter import WhatsmeowProvider
from chalicelib.adapters.providers.whatsmeow.bridge import Bridge
from chalicelib.application.ports.provider import Message
from chalicelib.domain.values import Target, TargetKind, Text
from tests.contract import samples
from tests.local_phone.driver import ADMIN

if TYPE_CHECKING:
    import urllib3

KEYRING = DerivingKeyring(lambda: "m" * 64)
INTENT = samples.an_id("int")
NUMBER = "5511987654321"


def a_message(text: str = "Seu pedido saiu", intent_id: str = INTENT, generation: int = 0) -> Message:
    """One text to one phone."""
    return Message(intent_id, generation, Target(TargetKind.PHONE, f"+{NUMBER}"), Text(text))


@dataclass(frozen=True)
class Adapter:
    """An adapter with the pool to close behind it."""

    provider: WhatsmeowProvider
    pool: urllib3.PoolManager


def adapter(url: str, *, admin_token: str = ADMIN, read_seconds: float = 5.0) -> Adapter:
    """The adapter against whatever listens at ``url``."""
    pool = http_pool(connect_seconds=1.0, read_seconds=read_seconds, connections=2)
    bridge = Bridge(pool, url, lambda: admin_token, lambda subject: KEYRING.derive("bridge-user", subject))
    return Adapter(WhatsmeowProvider(bridge, KEYRING), pool)
