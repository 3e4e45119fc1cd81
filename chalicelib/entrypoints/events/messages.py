"""The messages of a queue batch, as far as they can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from chalicelib.bootstrap import services

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalice.app import SQSEvent

T = TypeVar("T")


def messages(event: SQSEvent, read: Callable[[dict[str, Any]], T | None]) -> tuple[list[T], list[str]]:
    """What a batch says, and the ids of the messages that say nothing we understand.

    Args:
        event: The batch.
        read: Gives what a record says; ``None`` when it cannot be read.
    """
    readable: list[T] = []
    unreadable: list[str] = []
    for record in event.to_dict()["Records"]:
        said = read(record)
        if said is None:
            services().journal.note("unreadable message", message_id=record["messageId"])
            unreadable.append(record["messageId"])
        else:
            readable.append(said)
    return readable, unreadable
