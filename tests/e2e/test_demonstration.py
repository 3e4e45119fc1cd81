"""What somebody finds who types `make run` for the first time and opens the panel."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from infra.local.demonstration.progress import Progress, noted
from tests.e2e.client import Client, wait_until
from tests.stack import Running, run_local

pytestmark = pytest.mark.e2e

STATES = {"Vendas": ("ACTIVE", "CONNECTED"), "Atendimento": ("COOLDOWN", "DISCONNECTED")}
STATES["Campanhas"] = ("CREATED", "DISCONNECTED")
# PENDING and SENDING pass too quickly to be kept, and APPROVED until its slot.
STATUSES = {"QUEUED", "SENT", "UNCONFIRMED", "BLOCKED", "FAILED", "DROPPED"}
REASONS = {
    "QUEUED": {"SCHEDULED", "INSTANCE_DISCONNECTED", "REACHOUT_LOCK"},
    "BLOCKED": {"OPTED_OUT", "NO_CONSENT", "RECIPIENT_NOT_ON_WHATSAPP", "NO_ELIGIBLE_INSTANCE"},
    "FAILED": {"RECIPIENT_INVALID"},
    "DROPPED": {"EXPIRED"},
}


def _all(client: Client, path: str) -> list[dict[str, Any]]:
    status, page = client.call("GET", f"{path}?limit=200")
    assert (status, page["has_more"]) == (200, False)
    return list(page["data"])


def _settled(client: Client) -> bool:
    """Whether everything that could leave has left; what the resting number holds back comes back to the Gate."""
    messages = [one for one in _all(client, "/message-intents") if one["status"] in {"APPROVED", "SENDING"}]
    desk = next(one["id"] for one in _all(client, "/instances") if one["name"] == "Atendimento")
    return all(one["instance_id"] == desk for one in messages)


def test_a_first_run_shows_every_state_once(stack: Running) -> None:
    """Whoever tries Portaria out would look at empty lists, or at a story that begins anew with every start."""
    client, state_dir = Client(stack), stack.stack.state_dir
    wait_until(lambda: _settled(client), 60, "what can leave has left")
    _look(client, stack)
    before = len(_all(client, "/message-intents"))
    assert run_local("run", "--detach", "--state-dir", str(state_dir)).returncode == 0
    assert noted(state_dir) is Progress.TOLD
    assert len(_all(Client(Running.read(state_dir)), "/message-intents")) == before


def _look(client: Client, running: Running) -> None:
    instances = {one["name"]: one for one in _all(client, "/instances")}
    states = {name: (instances[name]["lifecycle"], instances[name]["connection"]["status"]) for name in STATES}
    assert states == STATES
    assert instances["Vendas"]["id"] == running.endpoints["instance_id"]
    assert instances["Vendas"]["allowed_actions"] == ["pause", "cool_down", "logout", "retire"]
    assert (instances["Vendas"]["policy"]["scope"], instances["Vendas"]["policy"]["per_minute"]) == (
        "ORGANIZATION",
        300,
    )
    assert instances["Atendimento"]["policy"]["preset"] == "CONSERVATIVE"
    assert instances["Atendimento"]["cooldown"]["reason"] == "TEMPORARY_BAN_101"
    messages = _all(client, "/message-intents")
    assert len(messages) >= 40
    assert {one["status"] for one in messages} >= STATUSES
    for status, reasons in REASONS.items():
        assert {one["reason"] for one in messages if one["status"] == status} >= reasons
    assert {one["delivery"] for one in messages} >= {"DELIVERED", "READ"}
    assert len({one["origin"] for one in messages}) == 7
    assert max(Counter(one["external_id"] for one in messages if one["external_id"]).values()) == 1
    waited = [client.intent(one["id"])["timeline"] for one in messages if one["status"] == "QUEUED"]
    assert "RATE_LIMIT" in {event["data"].get("reason") for timeline in waited for event in timeline}
