"""P11: of batches up to six messages, in every combination of what becomes of them, exactly the unfinished return."""

from __future__ import annotations

import ast
import itertools
import json
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from chalice.app import SQSEvent
from ulid import ULID

from chalicelib.application.ports.leases import LeaseKind
from chalicelib.bootstrap import services
from chalicelib.domain.connection import Connection
from chalicelib.domain.control import Lease
from chalicelib.domain.intervention import cancel
from chalicelib.domain.outcome import Failing, FailureClass, NotSent, Unknown
from chalicelib.domain.status import Status
from chalicelib.domain.verdict import MAX_ATTEMPTS
from chalicelib.entrypoints.events.execution import execute
from tests.events.builder import Context, sqs_event, sqs_record
from tests.fakes.life import EXECUTE, Life
from tests.fakes.numbers import FAST
from tests.unit.test_settings import GOOD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from chalicelib.domain.intent import Intent

    Record = dict[str, Any]
    Kind = Callable[["Life", Intent], Record]

MOST = 6
_WRITTEN = itertools.count()
NUMBERS = tuple(f"ins_{ULID.from_int(number)}" for number in range(1, MOST + 1))


def record(intent: Intent, **changes: object) -> Record:
    """The message that carries out an intent's approval; every second one was written by the version before."""
    body = {"v": 2, "intent_id": intent.id, "approval": intent.approval, "instance_id": intent.instance_id, **changes}
    if next(_WRITTEN) % 2:
        body |= {"v": 1 if body["v"] == 2 else body["v"]}
        del body["instance_id"]
    return sqs_record(json.dumps(body))


def told(failure: FailureClass) -> Kind:
    """Certainly not sent."""

    def told(life: Life, intent: Intent) -> Record:
        life.phone.told[intent.id] = NotSent(failure, "no")
        return record(intent)

    told.__name__ = failure.lower()
    return told


def stored(life: Life, intent: Intent, **changes: object) -> Record:
    """Its message, after somebody wrote this."""
    life.intents.stored[intent.id] = replace(intent, **changes)  # type: ignore[arg-type]  # whatever it is
    return record(intent)


def unknown(life: Life, intent: Intent) -> Record:
    """Nobody heard what came of it."""
    life.phone.told[intent.id] = Unknown("timeout")
    return record(intent)


def busy(life: Life, intent: Intent) -> Record:
    """Somebody else is sending from the number."""
    now = life.clock.now()
    life.leases.take(LeaseKind.LANE, str(intent.instance_id), "another worker", Lease(now, now + 5_000, 1))
    return record(intent)


def exhausted(life: Life, intent: Intent) -> Record:
    """It is refused for a moment, for the last time."""
    life.phone.told[intent.id] = NotSent(FailureClass.TRANSIENT, "no")
    return stored(life, intent, attempts=MAX_ATTEMPTS - 1)


def given_up(life: Life, intent: Intent) -> Record:
    """All its attempts failed: its message is on the way to the dead letters."""
    return stored(life, intent, status=Status.FAILED, reason=Failing.RETRIES_EXHAUSTED)


def early(life: Life, intent: Intent) -> Record:
    """It came long before its retry is due."""
    return stored(life, intent, retry_at=life.clock.now() + 60_000)


def overtaken(life: Life, intent: Intent) -> Record:
    """Somebody cancels it between our reading and our claim."""
    get_many = life.intents.get_many

    def read(intent_ids: Sequence[str]) -> dict[str, Intent]:
        found = get_many(intent_ids)
        if intent.id in found and found[intent.id] is intent:
            life.intents.stored[intent.id] = cancel(intent, "client key_1", "a mistake", life.clock.now())
        return found

    life.intents.get_many = read  # type: ignore[method-assign]
    return record(intent)


def unreadable(_life: Life, _intent: Intent) -> Record:
    """No message of ours."""
    return sqs_record("{")


def of_the_future(_life: Life, intent: Intent) -> Record:
    """A newer version of the code wrote it."""
    return record(intent, v=99)


def good(_life: Life, intent: Intent) -> Record:
    """It is sent."""
    return record(intent)


def sent(life: Life, intent: Intent) -> Record:
    """It was sent before."""
    life.execution.run([order for order in life.deliveries.take() if order.intent_id == intent.id], EXECUTE)
    return record(intent)


def stale(_life: Life, intent: Intent) -> Record:
    """An approval that was taken back."""
    return record(intent, approval=intent.approval - 1)


def nobodys(_life: Life, intent: Intent) -> Record:
    """Its intent is gone."""
    return record(intent, intent_id="int_01JAAAAAAAAAAAAAAAAAAAAAAA")


def late(life: Life, intent: Intent) -> Record:
    """Its slot is over."""
    return stored(life, intent, not_after=life.clock.now() - 1)


def disconnected(life: Life, intent: Intent) -> Record:
    """Its number is gone."""
    life.change_instance(Connection.DISCONNECTED, str(intent.instance_id))
    return record(intent)


# What must come back, what is done; each with whether the phone is called.
FAILING: dict[Kind, bool] = {
    told(FailureClass.TRANSIENT): True,
    unknown: True,
    exhausted: True,
    given_up: False,
    busy: False,
    early: False,
    overtaken: False,
    unreadable: False,
    of_the_future: False,
}
DONE: dict[Kind, bool] = {
    good: True,
    sent: False,
    stale: False,
    nobodys: False,
    late: True,
    disconnected: False,
    told(FailureClass.RECIPIENT_INVALID): True,
    told(FailureClass.THROTTLED): True,
    told(FailureClass.INSTANCE_DOWN): True,
}
# What concerns the whole number would decide about its neighbours, too.
OF_ITS_NUMBER = {"unknown", "busy", "disconnected", "throttled", "instance_down"}


@pytest.fixture(autouse=True)
def _process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process of the function."""
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    services.cache_clear()
    yield
    services.cache_clear()


def answered(life: Life, batch: Sequence[Record]) -> list[str]:
    """The messages that the function gives back."""
    services().__dict__.update(execution=life.execution, journal=life.journal)
    answer = execute(SQSEvent(sqs_event(batch), Context()))  # type: ignore[arg-type]  # as Lambda's own
    assert list(answer) == ["batchItemFailures"]
    return [item["itemIdentifier"] for item in answer["batchItemFailures"]]


def kinds(failing: Sequence[bool], turn: int, *, alone: bool) -> list[tuple[Kind, bool]]:
    """A kind for each message that is to fail or not; other ones each ``turn``."""
    chosen = []
    for index, fails in enumerate(failing):
        pool = [one for one in (FAILING if fails else DONE).items() if alone or one[0].__name__ not in OF_ITS_NUMBER]
        chosen.append(pool[(index + turn * MOST) % len(pool)])
    return chosen


@pytest.mark.parametrize("alone", [True, False], ids=["each on a number of its own", "all on one number"])
@pytest.mark.parametrize("count", range(1, MOST + 1))
def test_every_subset_that_fails_returns_and_nothing_else(count: int, alone: bool) -> None:  # noqa: FBT001 - parametrized
    """A message would be lost with a finished batch, or sent again with an unfinished one."""
    for failing, turn in product(product((False, True), repeat=count), range(2)):
        life = Life(FAST, NUMBERS)
        intents = [life.hand_in(1, number)[0] for number in NUMBERS[:count] if alone]
        intents = intents or life.hand_in(count, NUMBERS[0])
        chosen = kinds(failing, turn, alone=alone)
        batch = [kind(life, intent) for (kind, _), intent in zip(chosen, intents, strict=True)]
        before = len(life.phone.log)
        back = answered(life, batch)
        assert sorted(back) == sorted(one["messageId"] for one, fails in zip(batch, failing, strict=True) if fails)
        reached = [call.intent.id for call in life.phone.log[before:]]
        assert sorted(reached) == sorted(one.id for one, (_, calls) in zip(intents, chosen, strict=True) if calls)


def test_every_function_of_a_queue_answers_in_the_one_form() -> None:
    """A function that answers nothing has worked off its whole batch, as far as Lambda can tell."""
    app = ast.parse((Path(__file__).parents[2] / "app.py").read_text())
    functions = [one for one in app.body if isinstance(one, ast.FunctionDef)]
    answers = {
        one.name: ast.unparse(one.returns) if one.returns else None
        for one in functions
        if any("on_sqs_message" in ast.unparse(decorator) for decorator in one.decorator_list)
    }
    assert answers.keys() >= {"gate", "execute", "ingest"}
    assert set(answers.values()) == {"BatchResponse"}
