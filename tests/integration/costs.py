"""What a message costs in write units, from its request on: the same for tests and bench."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.integration.house import PHONE
from tests.integration.write_meter import writing

if TYPE_CHECKING:
    from tests.integration.house import Tenant

# As long as messages are when costs are told, with the accents of the language most of them are in.
TEXT = ("Olá! Seu pedido já está a caminho e chega até amanhã às 18h. Acompanhe a entrega na nossa página. " * 3)[:200]


def opt_out(tenant: Tenant) -> None:
    """Note that the usual recipient wants nothing any more."""
    answer = tenant.call("PUT", f"/api/contacts/{quote(PHONE, safe='')}/opt-out", {"proof": "ligou"})
    assert answer.status == 200, answer.raw


def blocked(tenant: Tenant) -> int:
    """Units of an intent that the Gate refuses for good: its recipient opted out."""
    opt_out(tenant)
    with writing() as meter:
        intent = tenant.submit(content={"type": "TEXT", "text": TEXT})
    assert intent["status"] == "BLOCKED", intent
    return meter.units
