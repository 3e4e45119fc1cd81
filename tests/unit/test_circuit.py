"""A number that says it is connected and refuses sends: tried less and less often, never given up, back at once."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb.packing import pack
from chalicelib.application.instances.states import InstanceState
from chalicelib.domain.circuit import CLOSED, LASTS, Circuit
from chalicelib.domain.connection import Cause, Connection, Observation, Report
from chalicelib.domain.control import Control, ControlStatus
from chalicelib.domain.instance import Instance, Lifecycle
from chalicelib.domain.lifecycle import connecting, reinstated
from chalicelib.domain.outcome import FailureClass, NotSent, Sent
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.session import next_look, observed, reported, sends_failed, sent_well
from chalicelib.domain.status import Status
from chalicelib.domain.values import DAY, HOUR, MINUTE, SECOND
from chalicelib.entrypoints.http.views.instances import shown
from chalicelib.entrypoints.web.languages import LANGUAGES, decimal_mark, translations
from chalicelib.entrypoints.web.words.causes import why_not_connected
from chalicelib.entrypoints.web.words.times import Times
from tests.fakes.clock import NOON
from tests.fakes.life import Life
from tests.fakes.numbers import FAST, INSTANCE, ORGANIZATION, SECOND_INSTANCE, an_instance
from tests.fakes.world import draft

OPERATOR = "operator usr_1"
UP = Observation(Connection.CONNECTED, phone="+5511987654321")
CLOSED_SESSION = Observation(Connection.DISCONNECTED)
ABSENT = Observation(Connection.DISCONNECTED, Cause.PROVIDER_UNREACHABLE)
NO_SESSION = NotSent(FailureClass.INSTANCE_DOWN, "no session")
NO_USER = NotSent(FailureClass.AUTH, "unauthorized")


def refused(instance: Instance, now: int, cause: Cause = Cause.SENDS_FAILED) -> Instance:
    """The number after a send that it refused."""
    connection = Connection.ERROR if cause is Cause.PROVIDER_REFUSED else Connection.DISCONNECTED
    return sends_failed(instance, connection, cause, now)


def refusing(times: int, cause: Cause = Cause.SENDS_FAILED) -> Instance:
    """A number that refused sends so often in a row, the last time at noon."""
    return refused(replace(an_instance(), circuit=Circuit(times - 1, NOON - DAY)), NOON, cause)


@pytest.mark.parametrize(
    ("times", "minutes"),
    [(1, 0), (2, 1), (3, 2), (4, 4), (5, 8), (6, 15), (7, 30), (8, 60), (9, 120), (10, 240), (11, 240), (500, 240)],
)
@pytest.mark.parametrize("cause", [Cause.SENDS_FAILED, Cause.PROVIDER_REFUSED])
def test_connected_is_believed_later_every_time(times: int, minutes: int, cause: Cause) -> None:
    """Messages would be claimed and refused every minute until their stories no longer fit into the table."""
    instance = refusing(times, cause)
    until = NOON + minutes * MINUTE
    assert instance.circuit == Circuit(times, NOON)
    assert instance.circuit.until == until
    for now in range(NOON, until, max(1, minutes * MINUTE // 7)):
        held = observed(instance, UP, now)
        assert (held.connection, held.cause, held.seen_at) == (instance.connection, cause, now)
        assert (held.circuit, held.news) == (instance.circuit, instance.news)
    back = observed(instance, UP, until)
    assert (back.connection, back.cause, back.circuit) == (Connection.CONNECTED, None, instance.circuit)


@given(st.integers(min_value=0, max_value=10_000))
def test_a_circuit_is_never_open_longer_than_four_hours(times: int) -> None:
    """A number would be given up by a counter, and nobody would have decided it."""
    assert 0 <= Circuit(times, NOON).until - NOON <= 4 * HOUR
    assert Circuit(times, NOON).until <= Circuit(times, NOON).opened(NOON).until
    assert not CLOSED.is_open(NOON)
    assert list(LASTS) == sorted(LASTS)


def test_a_confirmed_send_ends_the_row_at_once() -> None:
    """A number that works would be stopped for hours by one refusal a week."""
    back = observed(refusing(6), UP, NOON + HOUR)
    just_sent = replace(back, last_good_send_at=NOON + HOUR - SECOND)
    sent = sent_well(just_sent, NOON, NOON + HOUR)
    assert sent.circuit == CLOSED
    assert sent_well(sent, NOON, NOON + HOUR + SECOND) is sent
    assert refused(sent, NOON + 2 * HOUR).circuit.times == 1


@pytest.mark.parametrize(
    ("news", "claimed"),
    [
        (Report(Connection.LOGGED_OUT, Cause.LOGGED_OUT_ON_PHONE), (Connection.LOGGED_OUT, Lifecycle.ACTIVE)),
        (Report(Connection.LOGGED_OUT, Cause.ACCOUNT_BANNED), (Connection.LOGGED_OUT, Lifecycle.BANNED)),
        (Report(Connection.ERROR, Cause.CLIENT_OUTDATED), (Connection.ERROR, Lifecycle.ACTIVE)),
    ],
)
def test_other_news_counts_while_it_is_open(news: Report, claimed: tuple[Connection, Lifecycle]) -> None:
    """An operator would wait for the next try of a number that was logged out long ago."""
    after = reported(refusing(9), news, CLOSED_SESSION, NOON + SECOND)
    assert (after.connection, after.cause, after.lifecycle) == (claimed[0], news.cause, claimed[1])


def test_a_bridge_that_was_away_is_not_believed_sooner() -> None:
    """A bridge that restarts every minute would start the round anew every minute."""
    away = observed(refusing(9), ABSENT, NOON + MINUTE)
    assert away.cause is Cause.PROVIDER_UNREACHABLE
    held = observed(away, UP, NOON + 2 * MINUTE)
    assert (held.connection, held.cause, held.circuit) == (
        Connection.DISCONNECTED,
        Cause.SENDS_FAILED,
        Circuit(9, NOON),
    )
    assert observed(held, UP, NOON + 2 * HOUR).connection is Connection.CONNECTED


def test_people_are_not_kept_waiting() -> None:
    """Whoever repaired the bridge, or paired a number anew, would have to wait for hours."""
    again = connecting(refusing(10), OPERATOR, NOON + MINUTE)
    assert observed(again, UP, NOON + MINUTE + SECOND).connection is Connection.CONNECTED
    code = observed(refusing(10), Observation(Connection.AWAITING_SCAN), NOON + MINUTE)
    assert observed(code, UP, NOON + 2 * MINUTE).connection is Connection.CONNECTED
    banned = replace(refusing(10), lifecycle=Lifecycle.BANNED)
    assert reinstated(banned, "appeal", OPERATOR, NOON).circuit == CLOSED


def test_a_send_that_was_under_way_does_not_count_twice() -> None:
    """A logout, or an operator's new session, would be hidden by a refusal that belongs to the old one."""
    gone = reported(an_instance(), Report(Connection.LOGGED_OUT, Cause.LOGGED_OUT_ON_PHONE), CLOSED_SESSION, NOON)
    for ended in (gone, refusing(3), connecting(refusing(3), OPERATOR, NOON)):
        assert refused(ended, NOON + SECOND) is ended


@pytest.mark.parametrize(
    ("times", "asked_at", "due"),
    [
        (1, 0, 50 * SECOND),
        (2, 0, 50 * SECOND),
        (2, 50 * SECOND, MINUTE),
        (8, 50 * MINUTE, 50 * MINUTE + 50 * SECOND),
        (9, 118 * MINUTE, 2 * HOUR),
        (9, 2 * HOUR, 2 * HOUR + 15 * MINUTE),
    ],
)
def test_it_is_asked_when_it_may_be_believed_and_else_no_more_often(times: int, asked_at: int, due: int) -> None:
    """The next try would come a quarter of an hour after it was promised; or a dead bridge would be asked all day."""
    assert next_look(replace(refusing(times), seen_at=NOON + asked_at)) == NOON + due
    out = replace(refusing(times), connection=Connection.LOGGED_OUT)
    assert next_look(out) is None


def test_what_was_never_refused_takes_no_room() -> None:
    """Each of a million reads of a number would cost more."""
    assert "circuit" not in pack(an_instance())
    assert "circuit" not in pack(sent_well(observed(refusing(3), UP, NOON + HOUR), NOON, NOON + HOUR))


@pytest.mark.parametrize("answer", [NO_SESSION, NO_USER], ids=lambda one: str(one.failure))
@pytest.mark.parametrize("numbers", [(INSTANCE,), (INSTANCE, SECOND_INSTANCE)], ids=["one number", "two numbers"])
def test_a_day_of_refusals_leaves_a_short_story(answer: NotSent, numbers: tuple[str, ...]) -> None:
    """After some days a message's story would no longer fit into its item, and it would be SENDING for ever."""
    life = Life(instances=numbers)
    intent = life.submit(replace(draft(), expires_at=NOON + 14 * DAY))
    life.phone.told[intent.id] = answer
    life.live(24 * 60)
    calls, known = life.phone.log, life.now(intent)
    assert (known.status, known.attempts) == (Status.QUEUED, 0)
    assert len(calls) == 14 * len(numbers)
    assert len(known.timeline) < 150
    for name in numbers:
        gaps = [later.at - sooner.at for sooner, later in pairwise(call for call in calls if call.instance_id == name)]
        assert all(gap >= least for gap, least in zip(gaps, [*LASTS[1:], *[LASTS[-1]] * 9], strict=False))
        assert life.instance(name).seen_at >= life.clock.now() - 16 * MINUTE


def test_it_leaves_within_minutes_when_sends_work_again_soon() -> None:
    """A passing trouble of the bridge would hold messages back for hours."""
    life = Life()
    intent = life.submit(replace(draft(), expires_at=NOON + DAY))
    life.phone.told[intent.id] = NO_SESSION
    life.live(5)
    life.phone.told.clear()
    life.live(4)
    assert life.now(intent).status is Status.SENT
    assert life.instance().circuit == CLOSED


def test_it_leaves_at_once_when_somebody_connects_and_by_itself_within_hours() -> None:
    """Whoever repaired the bridge at night could do nothing for the messages; or nobody would ever try again."""
    for connects in (True, False):
        life = Life()
        intent = life.submit(replace(draft(), expires_at=NOON + 2 * DAY))
        life.phone.told[intent.id] = NO_SESSION
        life.live(10 * 60)
        life.phone.told.clear()
        if connects:
            life.sessions.connect(ORGANIZATION, INSTANCE, OPERATOR, "https://portaria.test/api")
        life.live(2 if connects else 4 * 60 + 1)
        assert life.now(intent).status is Status.SENT
        assert life.instance().circuit == CLOSED


def test_a_good_send_before_a_refusal_counts_although_it_is_written_down_later() -> None:
    """A busy number that fails now and then would be stopped for hours as if it never sent anything."""
    life = Life(FAST)
    life.phone.answers = [Sent("first"), NO_SESSION, Sent("second"), NO_SESSION, Sent("third"), NO_SESSION]
    intents = life.hand_in(2)
    for _ in range(3):
        assert life.instance().connection is Connection.CONNECTED
        life.execute()
        assert (life.instance().connection, life.instance().circuit.times) == (Connection.DISCONNECTED, 1)
        intents += life.hand_in(1)
        life.clock.advance(60)
        life.tick()
        life.answer()
    life.live(3)
    assert {life.now(one).status for one in intents} == {Status.SENT}
    assert life.instance().circuit == CLOSED


def state(instance: Instance) -> InstanceState:
    """What is shown of a number."""
    return InstanceState(instance, CONSERVATIVE, Control(ControlStatus.RUNNING), (), NOON)


def test_clients_see_how_often_and_until_when() -> None:
    """A client would see a number that says nothing for four hours, and no reason."""
    assert shown(state(an_instance())).circuit is None
    circuit = shown(state(refusing(4))).circuit
    assert circuit is not None
    assert circuit.model_dump() == {
        "opened_at": "2027-01-15T08:00:00.000Z",
        "until": "2027-01-15T08:04:00.000Z",
        "times": 4,
    }


def test_the_panel_says_how_often_and_when_it_is_tried_again() -> None:
    """An operator would wait for a minute that lasts four hours, or look for a broken phone."""
    said = {}
    for language in LANGUAGES:
        times = Times(translations(language).gettext, decimal_mark(language), "America/Sao_Paulo", NOON)
        said[language] = why_not_connected(times, refusing(4))
        assert "4" in said[language]
        assert times.moment(NOON + 4 * MINUTE) in said[language]
        assert why_not_connected(times, refusing(1)) in said[language]
        assert why_not_connected(times, an_instance()) == ""
    assert len(set(said.values())) == len(LANGUAGES)
