"""Batches as rules: ids that follow one another, and looks at what is not decided yet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from chalicelib.domain.batch import FIRST_LOOK, LONGEST_WAIT, Batch, batch_of, whole, within
from chalicelib.domain.values import MINUTE, is_id
from tests.contract.samples import ORGANIZATION, an_id
from tests.fakes.clock import NOON


def batch(count: int = 1_000, name: str = an_id("bat")) -> Batch:
    """A batch."""
    return Batch(name, ORGANIZATION, count, "f" * 32, NOON)


@given(first=st.integers(0, 2**128 - 1), index=st.integers(0, 999))
def test_ids_follow_the_first_one(first: int, index: int) -> None:
    """Two messages of a request would get the same id: one of them would never be sent."""
    one = batch(name=f"bat_{ULID.from_int(first)}")
    name = one.intent_id(index)
    assert name == f"int_{ULID.from_int((first + index) % 2**128)}"
    assert is_id(name, "int")
    assert batch_of(name, index) == one.id


def test_ids_keep_the_order_of_the_request() -> None:
    """Two messages to one person would leave the wrong way round: a greeting after what it greets with."""
    ids = batch().ids()
    assert (len(ids), ids[0]) == (1_000, an_id("int"))
    assert ids == sorted(set(ids))
    assert batch(30).ids(20, 50) == ids[20:30]
    assert batch(30).ids(30, 50) == []


def test_looks_become_rarer_and_end_when_everything_is_decided() -> None:
    """A batch would be looked at for ever, or never again while some of it waits for a decision."""
    one = batch().armed(NOON)
    assert one.look_at == NOON + FIRST_LOOK
    waits = []
    for _ in range(8):
        one = one.looked_at(NOON, undecided=True)
        assert one.look_at is not None
        waits.append((one.look_at - NOON) // MINUTE)
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]
    assert LONGEST_WAIT == 30 * MINUTE
    assert one.looked_at(NOON, undecided=False).look_at is None
    assert one.armed(NOON).looked_at(NOON, undecided=True).look_at == NOON + MINUTE


def test_a_wish_has_another_fingerprint_in_another_request() -> None:
    """A key used for two messages would swallow a third one that was added to them."""
    two, three = whole(["a", "b"]), whole(["a", "b", "c"])
    assert len({two, three, whole(["b", "a"]), within("a", two), within("a", three), within("b", two), "a"}) == 7
