"""Compares what the API, the table, the queues and the phone say after a run, promise by promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.e2e.reconciliation import keeping, sending
from tests.e2e.reconciliation.finding import table

if TYPE_CHECKING:
    from tests.e2e.reconciliation.evidence import Evidence
    from tests.e2e.reconciliation.finding import Finding

__all__ = ["reconciled", "table"]

# P11, the answer to a failing subset of a batch, is shown where every subset can be made to fail: without a stack.
_CHECKS = (
    keeping.accepted_once,
    keeping.one_per_key,
    keeping.carried_out,
    keeping.decided_with_reason,
    sending.paced,
    sending.approved,
    sending.sent_once,
    sending.claimed_once,
    sending.resolved,
    keeping.timeline_is_state,
    keeping.conserved,
)


def reconciled(evidence: Evidence) -> list[Finding]:
    """Look at each promise."""
    return [check(evidence) for check in _CHECKS]
