"""Messages that went wrong, as people find them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.integration.house import Tenant

NO_RECIPIENT = "error sending message: can't send message to unknown server"


def refuse_next(tenant: Tenant) -> None:
    """Let the provider refuse the next message for good."""
    tenant.house.phone.driver.faults(answer="error", count=1, text=NO_RECIPIENT)


def failed(tenant: Tenant) -> Any:  # noqa: ANN401 - JSON values
    """A message that the provider refused."""
    intent = tenant.submit()
    refuse_next(tenant)
    tenant.house.work()
    assert tenant.show(intent)["status"] == "FAILED"
    return intent


def unconfirmed(tenant: Tenant) -> Any:  # noqa: ANN401 - JSON values
    """A message that the phone has, and nobody here knows."""
    intent = tenant.submit()
    tenant.house.phone.driver.faults(answer="drop_after_accept", count=1)
    tenant.house.work()
    assert tenant.show(intent)["status"] == "UNCONFIRMED"
    return intent
