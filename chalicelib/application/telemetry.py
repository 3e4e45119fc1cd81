"""Every metric of operation: what is counted and measured, drawn, alarmed on, and explained in docs/metrics.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.application.ports.journal import Metric, Unit
from chalicelib.domain.decision import Ending
from chalicelib.domain.instance import Provider
from chalicelib.domain.outcome import FailureClass, NotSent, Sent
from chalicelib.domain.status import Status
from chalicelib.domain.values import Reason

if TYPE_CHECKING:
    from chalicelib.domain.outcome import Outcome

# An approval has no reason.
NO_REASON = "NONE"
SENT, UNKNOWN = "SENT", "UNKNOWN"
GATE, EXECUTION = "gate", "execution"

_TOLD_OTHERWISE = {Status.SENDING, Status.BLOCKED}
DECIDED = frozenset({Status.APPROVED, Status.QUEUED, Status.BLOCKED, Status.DROPPED})
_DECISION = {"kind": frozenset[str](DECIDED), "reason": frozenset[str]({*Reason, *Ending, NO_REASON})}
_CALL = {"provider": frozenset[str](Provider), "outcome": frozenset[str]({SENT, UNKNOWN, *FailureClass})}

# --- the Gate
DECISIONS = Metric("decisions", dimensions=_DECISION)
# With its decision's dimensions it stands on its decision's line: an accepted message prints one and not two.
SLOT_DELAY = Metric("slot_delay", Unit.MILLISECONDS, _DECISION)
GATE_CONTENDED = Metric("gate_contended")

# --- the engine
QUEUE_WAIT = Metric("queue_wait", Unit.MILLISECONDS)
OUTCOMES = Metric("outcomes", dimensions=_CALL)
PROVIDER_LATENCY = Metric("provider_latency", Unit.MILLISECONDS, _CALL)
# What attempts, receipts, people and time made of intents; a claim is a queue wait, a refusal a decision.
INTENTS = {status: Metric(f"intent_{status.lower()}") for status in Status if status not in _TOLD_OTHERWISE}
RETRIES = Metric("retries")
RETRIES_EXHAUSTED = Metric("retries_exhausted")
HELD_BY_CIRCUIT = Metric("held_by_circuit")
DOUBT_LASTED = Metric("doubt_lasted", Unit.MILLISECONDS)

# --- the sweep
SWEEP_FINISHED = Metric("sweep_finished")
SWEEP_DURATION = Metric("sweep_duration", Unit.MILLISECONDS)
LEASE_EXPIRIES = Metric("lease_expiries")
UNCONFIRMED_AGE = Metric("unconfirmed_age", Unit.MILLISECONDS)

# --- what anybody publishes, what comes in, and the rollups
PUBLISH_FAILURES = Metric("publish_failures", dimensions={"queue": frozenset({GATE, EXECUTION})})
INBOUND_MESSAGES = Metric("inbound_messages")
OPT_OUTS = Metric("opt_outs")
WEBHOOK_SIGNATURE_REFUSED = Metric("webhook_signature_refused")
WEBHOOK_PATH_REFUSED = Metric("webhook_path_refused")
RECORD_NOT_COUNTED = Metric("record_not_counted")


def called(outcome: Outcome) -> str:
    """How a provider call ended, as the dimension ``outcome`` says it."""
    if isinstance(outcome, NotSent):
        return outcome.failure
    return SENT if isinstance(outcome, Sent) else UNKNOWN
