"""The page that connects a number: every state has a way on, and nothing that cannot change is asked about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.application.instances.sessions import ScanCode
from chalicelib.application.instances.states import InstanceState
from chalicelib.domain.connection import Cause, Connection
from chalicelib.domain.control import Control, ControlStatus
from chalicelib.domain.instance import FRESH_FOR, Lifecycle
from chalicelib.domain.lifecycle import Action, allowed_actions
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.entrypoints.web.views.connecting import Phase, next_poll, phase_of
from tests.fakes.clock import NOON
from tests.fakes.numbers import an_instance

CODE = ScanCode("data:image/png;base64,AAAA", NOON + 60_000)


def a_state(
    connection: Connection, cause: Cause | None = None, life: Lifecycle = Lifecycle.ACTIVE, *, seen_at: int = NOON
) -> InstanceState:
    """A number whose session is so."""
    one = replace(an_instance(), connection=connection, cause=cause, lifecycle=life, seen_at=seen_at, paired=False)
    return InstanceState(one, CONSERVATIVE, Control(ControlStatus.RUNNING), allowed_actions(one, NOON), NOON)


@pytest.mark.parametrize(
    ("state", "code", "phase", "asks"),
    [
        (a_state(Connection.DISCONNECTED, life=Lifecycle.CREATED), None, Phase.START, False),
        (a_state(Connection.CONNECTING), None, Phase.PREPARING, True),
        (a_state(Connection.AWAITING_SCAN), CODE, Phase.SCAN, True),
        (a_state(Connection.AWAITING_SCAN), None, Phase.PREPARING, True),
        (a_state(Connection.CONNECTED), None, Phase.CONNECTED, False),
        (a_state(Connection.CONNECTED, seen_at=NOON - FRESH_FOR - 1), None, Phase.STUCK, True),
        (a_state(Connection.PASSKEY_REQUIRED, Cause.PASSKEY_ASSUMED), None, Phase.STUCK, False),
        (a_state(Connection.PASSKEY_REQUIRED), None, Phase.STUCK, True),
        (a_state(Connection.LOGGED_OUT, Cause.LOGGED_OUT_ON_PHONE), None, Phase.STUCK, False),
        (a_state(Connection.ERROR, Cause.CLIENT_OUTDATED), None, Phase.STUCK, False),
        (a_state(Connection.DISCONNECTED, Cause.QR_TIMEOUT, Lifecycle.CREATED), None, Phase.STUCK, False),
        (a_state(Connection.DISCONNECTED, Cause.CONNECTION_LOST), None, Phase.STUCK, True),
        (a_state(Connection.DISCONNECTED, Cause.PROVIDER_UNREACHABLE), None, Phase.STUCK, True),
        (a_state(Connection.LOGGED_OUT, Cause.ACCOUNT_BANNED, Lifecycle.BANNED), None, Phase.OVER, False),
        (a_state(Connection.LOGGED_OUT, life=Lifecycle.RETIRED), None, Phase.OVER, False),
    ],
)
def test_each_state_is_shown_and_asked_about_only_while_it_may_change(
    state: InstanceState, code: ScanCode | None, phase: Phase, *, asks: bool
) -> None:
    """A page that never asks misses the scan; one that always asks never comes to rest."""
    assert phase_of(state, code) is phase
    assert bool(next_poll(state, phase, 0)) is asks


@pytest.mark.parametrize("connection", Connection)
def test_whatever_does_not_lead_on_by_itself_can_be_started_again(connection: Connection) -> None:
    """A stuck page without a button is where people give up."""
    for cause in (None, *Cause):
        state = a_state(connection, cause)
        if not next_poll(state, phase_of(state, None), 0) and connection is not Connection.CONNECTED:
            assert {Action.CONNECT, Action.RECONNECT} & set(state.actions)
