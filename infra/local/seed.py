"""The demonstration organization of the local stage: people, a key, one number on the local phone."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import urllib3

from chalicelib.application.instances.registry import NewInstance
from chalicelib.application.onboarding import key_digest
from chalicelib.application.ports.identities import NewPasswordRequired
from chalicelib.bootstrap import Services
from chalicelib.domain.connection import Connection
from chalicelib.domain.errors import SignInRefused
from chalicelib.domain.instance import InstancePurpose
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.domain.policy import Policy
from chalicelib.domain.role import Role
from chalicelib.settings import Settings
from infra.errors import InfraError
from infra.local.stack import Seeded, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from infra.local.stack import Stack

# Fast enough to watch, slow enough to see the pacing; no warm-up, no quiet hours: what is sent now is seen now. No
# WhatsApp number would survive it.
DEMO_POLICY = Policy(per_minute=300, per_hour=10_000, per_day=100_000, min_interval=250, max_interval=500)

_ADMIN, _OPERATOR = "ana@example.com", "otavio@example.com"
_PEOPLE = {_ADMIN: Role.ADMIN, _OPERATOR: Role.OPERATOR, "vera@example.com": Role.VIEWER}
_PASSWORD = "portaria-demo-2026"  # noqa: S105 - printed at every start; the local stage listens on loopback only


def seed(stack: Stack) -> Seeded:
    """Make the demonstration organization, or find the one made before, and connect its number to the phone.

    Raises:
        InfraError: The phone does not connect.
    """
    services = services_of(stack)
    kept = stack.state_dir / "demo.json"
    demo = _known(services, kept) or _made(services, kept)
    _add_people(services, demo["organization_id"])
    connect(services, stack, demo["organization_id"], demo["instance_id"], "seed")
    return Seeded(demo["api_key"], demo["instance_id"], _ADMIN, _PASSWORD)


def services_of(stack: Stack) -> Services:
    """The stack's use cases, in this process."""
    os.environ.update({**stack.environment, "POWERTOOLS_LOG_LEVEL": "WARNING"})
    settings = {name: stack.environment[name.upper()] for name in Settings.model_fields}
    return Services(Settings.model_validate(settings))


def operator_of(services: Services) -> str:
    """The id of the demonstration's operator.

    Raises:
        InfraError: The operator's password is temporary still.
    """
    admitted = services.members.admit(_OPERATOR, _PASSWORD)
    if isinstance(admitted, NewPasswordRequired):
        raise InfraError(f"{_OPERATOR} cannot sign in yet")
    return admitted.member.id


def _known(services: Services, kept: Path) -> dict[str, str] | None:
    """What an earlier run kept, if the table still knows it."""
    if not kept.exists():
        return None
    demo: dict[str, str] = json.loads(kept.read_text())
    return demo if services.directory.key(key_digest(demo["api_key"])) else None


def _made(services: Services, kept: Path) -> dict[str, str]:
    ana = services.identities.invite(_ADMIN, _PASSWORD)
    organization, key = services.onboarding.create_organization("Loja Demonstração", _ADMIN, DEMO_POLICY, ana)
    wanted = NewInstance("Vendas", ProviderName.WHATSMEOW, InstancePurpose.MIXED, warmed_up=True)
    instance = services.registry.create(organization.id, "seed", wanted, None).instance
    demo = {"organization_id": organization.id, "instance_id": instance.id, "api_key": key}
    write_private(kept, demo)
    return demo


def _add_people(services: Services, organization_id: str) -> None:
    """Let everybody sign in at once, also where an earlier version made the organization without them."""
    for email, role in _PEOPLE.items():
        services.identities.invite(email, _PASSWORD)
        services.identities.keep_password(email, _PASSWORD)
        try:
            services.members.admit(email, _PASSWORD)
        except SignInRefused:
            services.members.add_member(organization_id, email, role, _PASSWORD)


def connect(services: Services, stack: Stack, organization_id: str, instance_id: str, actor: str) -> None:
    """Connect a number to the phone, unless it is.

    Raises:
        InfraError: The phone does not connect.
    """
    instance = services.states.one(organization_id, instance_id).instance
    services.sessions.register(instance, stack.short_api_url)
    if services.probing.ask(instance).connection is Connection.CONNECTED:
        return
    services.sessions.connect(organization_id, instance_id, actor, stack.short_api_url)
    answer = urllib3.request("POST", f"{stack.phone_url}/_phone/sessions/{instance_id}/scan", timeout=5.0)
    if services.probing.ask(instance).connection is not Connection.CONNECTED:
        raise InfraError(f"the phone did not connect {instance_id}: HTTP {answer.status} {answer.data[:200]!r}")
