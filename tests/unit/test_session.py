"""What is believed of a number's session: answers, events in any order and number, sends, and silence."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.connection import Cause, Connection, Observation, Report, TemporaryBan
from chalicelib.domain.health import Risk
from chalicelib.domain.instance import FRESH_FOR, Instance, JournalType, Lifecycle
from chalicelib.domain.lifecycle import connecting, logged_out, retired
from chalicelib.domain.session import (
    CODE_LASTS,
    CONNECT_PATIENCE,
    FIRST_CODE_LASTS,
    code_expires_at,
    next_look,
    observed,
    reported,
    sends_failed,
    sent_well,
)
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND
from tests.fakes.clock import NOON
from tests.fakes.numbers import an_instance

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECTED = Observation(Connection.CONNECTED, phone="+5511987654321")
CLOSED = Observation(Connection.DISCONNECTED)
SHOWING = Observation(Connection.AWAITING_SCAN, code="data:image/png;base64,x")
GONE = Observation(Connection.DISCONNECTED, Cause.PROVIDER_UNREACHABLE)
LOGGED_OUT = Report(Connection.LOGGED_OUT, Cause.LOGGED_OUT_ON_PHONE)
QR_TIMEOUT = Report(Connection.DISCONNECTED, Cause.QR_TIMEOUT)
LOST = Report(Connection.DISCONNECTED, Cause.CONNECTION_LOST)
BANNED = Report(Connection.LOGGED_OUT, Cause.ACCOUNT_BANNED)
OUTDATED = Report(Connection.ERROR, Cause.CLIENT_OUTDATED)
CAME = Report(Connection.CONNECTED)
TEMPORARY = Report(Connection.DISCONNECTED, Cause.CONNECTION_LOST, TemporaryBan(101, HOUR))
REPORTS = [LOGGED_OUT, QR_TIMEOUT, LOST, BANNED, OUTDATED, CAME, TEMPORARY]


def a_new_one() -> Instance:
    """A number that was never connected, waiting for its scan."""
    unpaired = replace(an_instance(), lifecycle=Lifecycle.CREATED, paired=False)
    created = replace(unpaired, connection=Connection.DISCONNECTED)
    return observed(connecting(created, "operator usr_1", NOON), SHOWING, NOON + SECOND)


def state(instance: Instance) -> tuple[Connection, Cause | None]:
    """What is claimed."""
    return instance.connection, instance.cause


def test_the_first_connection_makes_a_number_active() -> None:
    """A number would be connected and never used, or its warm-up would have no first day."""
    active = observed(a_new_one(), CONNECTED, NOON + MINUTE)
    assert (active.lifecycle, active.connection, active.phone) == (
        Lifecycle.ACTIVE,
        Connection.CONNECTED,
        CONNECTED.phone,
    )
    assert (active.warmup_at, active.connection_at) == (NOON + MINUTE, NOON + MINUTE)
    later = observed(active, CONNECTED, NOON + HOUR)
    assert (later.warmup_at, later.connection_at, later.seen_at) == (NOON + MINUTE, NOON + MINUTE, NOON + HOUR)
    assert later.news == active.news


def test_connected_has_an_age() -> None:
    """The panel says connected, and it is not."""
    instance = an_instance()
    assert not instance.is_stale(NOON + FRESH_FOR)
    assert instance.is_stale(NOON + FRESH_FOR + 1)
    assert not observed(instance, CONNECTED, NOON + FRESH_FOR + 2).is_stale(NOON + FRESH_FOR + 2)


def test_a_code_that_ran_out_says_so_and_a_second_one_suspects_a_passkey() -> None:
    """A phone that asks for a passkey shows nothing of it to the bridge: an operator would scan for ever."""
    first = reported(a_new_one(), QR_TIMEOUT, CLOSED, NOON + 3 * MINUTE)
    assert state(first) == (Connection.DISCONNECTED, Cause.QR_TIMEOUT)
    again = observed(connecting(first, "operator usr_1", NOON + 4 * MINUTE), SHOWING, NOON + 4 * MINUTE)
    second = reported(again, QR_TIMEOUT, CLOSED, NOON + 7 * MINUTE)
    assert state(second) == (Connection.PASSKEY_REQUIRED, Cause.PASSKEY_ASSUMED)
    third = observed(connecting(second, "operator usr_1", NOON + 8 * MINUTE), CONNECTED, NOON + 9 * MINUTE)
    assert (third.connection, third.failed_scans) == (Connection.CONNECTED, 0)


def test_a_code_that_ran_out_is_noticed_without_its_event() -> None:
    """When the bridge cannot reach us, onboarding would show a dead code for ever."""
    assert state(observed(a_new_one(), CLOSED, NOON + 3 * MINUTE)) == (Connection.DISCONNECTED, Cause.QR_TIMEOUT)


def test_a_session_that_does_not_start_has_failed() -> None:
    """The panel would say connecting for ever."""
    created = replace(an_instance(), lifecycle=Lifecycle.CREATED, connection=Connection.LOGGED_OUT)
    started = connecting(created, "operator usr_1", NOON)
    assert observed(started, CLOSED, NOON + CONNECT_PATIENCE - 1).connection is Connection.CONNECTING
    failed = observed(started, CLOSED, NOON + CONNECT_PATIENCE)
    assert state(failed) == (Connection.DISCONNECTED, Cause.CONNECT_FAILED)


@pytest.mark.parametrize(
    ("report", "claimed"),
    [
        (LOGGED_OUT, (Connection.LOGGED_OUT, Cause.LOGGED_OUT_ON_PHONE)),
        (LOST, (Connection.DISCONNECTED, Cause.CONNECTION_LOST)),
        (OUTDATED, (Connection.ERROR, Cause.CLIENT_OUTDATED)),
        (Report(Connection.LOGGED_OUT, Cause.ACCOUNT_LOCKED), (Connection.LOGGED_OUT, Cause.ACCOUNT_LOCKED)),
        (BANNED, (Connection.LOGGED_OUT, Cause.ACCOUNT_BANNED)),
    ],
)
def test_an_event_that_fits_the_answer_is_believed(report: Report, claimed: tuple[Connection, Cause]) -> None:
    """Nobody would know why a number went silent."""
    after = reported(an_instance(), report, CLOSED, NOON + SECOND)
    assert state(after) == claimed
    assert after.news[0].data == {"status": claimed[0], "cause": claimed[1]}


@pytest.mark.parametrize("report", REPORTS)
def test_an_event_from_the_past_does_not_undo_a_connection(report: Report) -> None:
    """A webhook that was repeated hours later would take a working number out of use."""
    if report.ban is None:
        assert state(reported(an_instance(), report, CONNECTED, NOON + SECOND)) == (Connection.CONNECTED, None)


@pytest.mark.parametrize("report", [LOGGED_OUT, BANNED, LOST, CAME])
def test_an_event_from_the_past_does_not_disturb_a_new_pairing(report: Report) -> None:
    """While an operator scans, a late "logged out" would throw the code away or ban the number."""
    waiting = a_new_one()
    after = reported(waiting, report, SHOWING, NOON + 2 * SECOND)
    assert (state(after), after.lifecycle, after.news) == (state(waiting), Lifecycle.CREATED, waiting.news)


def test_a_connected_that_is_over_is_not_believed() -> None:
    """Events arrive in any order: the number would be "connected" after its logout."""
    out = reported(an_instance(), LOGGED_OUT, CLOSED, NOON + SECOND)
    assert state(reported(out, CAME, CLOSED, NOON + 2 * SECOND)) == state(out)


def test_a_logout_stays_a_logout_until_somebody_connects() -> None:
    """The minute's question would turn "logged out on the phone" into a bare "disconnected"."""
    out = reported(an_instance(), LOGGED_OUT, CLOSED, NOON + SECOND)
    for seen in (CLOSED, GONE):
        assert state(observed(out, seen, NOON + MINUTE)) == state(out)
    assert observed(out, CONNECTED, NOON + MINUTE).connection is Connection.CONNECTED


def test_a_ban_for_good_ends_a_numbers_life() -> None:
    """Messages would wait for a number that WhatsApp has closed."""
    banned = reported(an_instance(), BANNED, CLOSED, NOON + SECOND)
    assert banned.lifecycle is Lifecycle.BANNED
    assert [entry.type for entry in banned.news] == [JournalType.CONNECTION, JournalType.BANNED]
    assert observed(banned, CONNECTED, NOON + MINUTE) is banned


def test_a_temporary_ban_is_a_rest_until_its_end() -> None:
    """The number would go on sending into the ban and be lost for good."""
    resting = reported(an_instance(), TEMPORARY, CLOSED, NOON + SECOND)
    assert resting.cooldown is not None
    assert (resting.lifecycle, resting.cooldown.until) == (Lifecycle.COOLDOWN, NOON + SECOND + HOUR)
    assert resting.cooldown.reason == "TEMPORARY_BAN_101"
    repeated = reported(resting, TEMPORARY, CLOSED, NOON + 10 * MINUTE)
    assert repeated.cooldown == resting.cooldown
    longer = replace(TEMPORARY, ban=TemporaryBan(104, DAY))
    worse = reported(resting, longer, CLOSED, NOON + 10 * MINUTE)
    assert worse.cooldown is not None
    assert worse.cooldown.until == NOON + 10 * MINUTE + DAY


def test_an_absent_provider_is_not_the_numbers_fault() -> None:
    """An operator would pair a number again although only the bridge was restarted."""
    gone = observed(an_instance(), GONE, NOON + SECOND)
    assert state(gone) == (Connection.DISCONNECTED, Cause.PROVIDER_UNREACHABLE)
    assert state(observed(gone, CLOSED, NOON + MINUTE)) == (Connection.DISCONNECTED, Cause.CONNECTION_LOST)
    assert observed(gone, CONNECTED, NOON + MINUTE).connection is Connection.CONNECTED


def test_good_sends_confirm_a_connection_once_a_minute() -> None:
    """Every message would cost a write, or a number that sends all day would be called stale."""
    instance = an_instance()
    sent = sent_well(instance, NOON, NOON + SECOND)
    assert (sent.last_good_send_at, sent.seen_at) == (NOON + SECOND, NOON + SECOND)
    assert sent_well(sent, NOON, NOON + MINUTE) is sent
    assert sent_well(sent, NOON, NOON + SECOND + MINUTE).seen_at == NOON + SECOND + MINUTE
    lost = sends_failed(instance, Connection.DISCONNECTED, Cause.SENDS_FAILED, NOON + SECOND)
    assert sent_well(lost, NOON, NOON + 2 * SECOND) is lost


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({}, 2 * MINUTE),
        ({"connection": Connection.DISCONNECTED}, 50 * SECOND),
        ({"connection": Connection.DISCONNECTED, "connection_at": NOON - DAY}, 15 * MINUTE),
        ({"connection": Connection.ERROR}, 50 * SECOND),
        ({"connection": Connection.AWAITING_SCAN}, 30 * SECOND),
        ({"connection": Connection.LOGGED_OUT}, None),
        ({"connection": Connection.DISCONNECTED, "lifecycle": Lifecycle.CREATED}, None),
        ({"lifecycle": Lifecycle.RETIRED}, None),
        ({"lifecycle": Lifecycle.BANNED}, None),
    ],
)
def test_what_may_change_is_asked_about(changes: dict[str, object], after: int | None) -> None:
    """A number that returned would stay parked, or a dead one would be asked about for ever."""
    due = next_look(replace(an_instance(), **changes))  # type: ignore[arg-type]
    assert due == (None if after is None else NOON + after)


def test_the_end_of_a_rest_is_not_missed() -> None:
    """A number would rest for ever after a temporary ban during which it was logged out."""
    resting = reported(an_instance(), TEMPORARY, CLOSED, NOON)
    out = replace(resting, connection=Connection.LOGGED_OUT)
    assert next_look(out) == NOON + HOUR


def test_a_code_has_an_end() -> None:
    """An operator would scan a code that no longer works."""
    assert code_expires_at(NOON, 1) == NOON + FIRST_CODE_LASTS
    assert code_expires_at(NOON, 2) == NOON + CODE_LASTS


def losses(instance: Instance) -> int:
    """How often its session was lost, as far as its health is concerned."""
    return len(instance.signals.disconnects)


@pytest.mark.parametrize(
    ("lost", "counts"),
    [
        (lambda one: observed(one, CLOSED, NOON + SECOND), 1),
        (lambda one: reported(one, LOST, CLOSED, NOON + SECOND), 1),
        (lambda one: reported(one, LOGGED_OUT, CLOSED, NOON + SECOND), 1),
        (lambda one: sends_failed(one, Connection.DISCONNECTED, Cause.SENDS_FAILED, NOON + SECOND), 1),
        (lambda one: observed(one, GONE, NOON + SECOND), 0),
        (lambda one: sends_failed(one, Connection.ERROR, Cause.PROVIDER_REFUSED, NOON + SECOND), 0),
        (lambda one: logged_out(one, "operator usr_1", NOON + SECOND), 0),
        (lambda one: retired(one, "operator usr_1", NOON + SECOND, unpaired=True), 0),
        (lambda one: reported(one, LOST, CONNECTED, NOON + SECOND), 0),
    ],
)
def test_a_session_lost_by_nobodys_hand_counts_against_the_number(
    lost: Callable[[Instance], Instance], counts: int
) -> None:
    """A flapping number would go on at full pace; or a restart of the bridge would slow every number down."""
    after = lost(an_instance())
    assert losses(after) == counts
    if after.connection is not Connection.CONNECTED:
        assert losses(observed(reported(after, LOST, CLOSED, NOON + MINUTE), CLOSED, NOON + MINUTE)) == counts


def test_three_losses_in_an_hour_are_a_risk() -> None:
    """Nobody would notice a phone with a bad line before it is banned."""
    instance = an_instance()
    for minute in range(3):
        assert instance.risk(NOON + minute * MINUTE) is Risk.LOW
        lost = observed(instance, CLOSED, NOON + minute * MINUTE)
        instance = observed(lost, CONNECTED, NOON + minute * MINUTE + SECOND)
    assert instance.risk(NOON + 3 * MINUTE) is Risk.MEDIUM


@given(st.lists(st.tuples(st.sampled_from(REPORTS), st.sampled_from([CONNECTED, CLOSED, SHOWING, GONE])), max_size=10))
def test_repeating_an_event_changes_nothing_more(told: list[tuple[Report, Observation]]) -> None:
    """Bridges repeat what they said: every repetition would be another ban, another logout, another line."""
    instance, now = an_instance(), NOON
    for report, seen in told:
        now += SECOND
        instance = observed(reported(instance, report, seen, now), seen, now)
        again = observed(reported(instance, report, seen, now), seen, now)
        assert (again.connection, again.cause, again.lifecycle, again.cooldown, len(again.news)) == (
            instance.connection,
            instance.cause,
            instance.lifecycle,
            instance.cooldown,
            len(instance.news),
        )
