"""An organization's ids, a policy that holds nothing up, and a connected number."""

from __future__ import annotations

from ulid import ULID

from chalicelib.domain.connection import Connection
from chalicelib.domain.instance import Instance, InstancePurpose, Lifecycle
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.policy import Policy
from tests.fakes.clock import NOON

ORGANIZATION = f"org_{ULID.from_int(1)}"
INSTANCE, SECOND_INSTANCE, THIRD_INSTANCE = (f"ins_{ULID.from_int(number)}" for number in (1, 2, 3))
FAST = Policy(per_minute=1_000, per_hour=10_000, per_day=100_000, min_interval=0, max_interval=0)


def an_instance(name: str = INSTANCE, connection: Connection = Connection.CONNECTED) -> Instance:
    """A connected number."""
    return Instance(
        id=name,
        organization_id=ORGANIZATION,
        name="Vendas",
        provider=ProviderName.WHATSMEOW,
        purpose=InstancePurpose.MIXED,
        created_at=NOON,
        lifecycle=Lifecycle.ACTIVE,
        connection=connection,
        connection_at=NOON,
        seen_at=NOON,
        paired=True,
    )
