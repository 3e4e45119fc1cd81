"""The phone's waiting times in one place, so that tests can shorten them and nobody else needs to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """How long the phone waits, in seconds.

    Attributes:
        receipt: From accepting a message to its "Delivered" receipt.
        connect: How long /session/connect blocks without ``Immediate``.
        hang: The longest a hanging send is held when the client does not give up.
        settle: From a paired session's connect to its ``Connected`` event.
        codes: How long each code of a waiting session is shown; after the last one the session closes.
        reconnect: From a lost socket to its return.
        webhook_delay: How late events are with the fault ``webhooks: delay``.
        webhook_reorder: How long every other event is held with ``webhooks: reorder``.
        webhook_backoff: The pauses between webhook attempts; one attempt more than there are pauses.
        webhook_connect: Connect timeout of one webhook attempt.
        webhook_read: Read timeout of one webhook attempt.
    """

    receipt: float = 0.2
    connect: float = 10.0
    hang: float = 90.0
    settle: float = 0.05
    codes: tuple[float, ...] = (60.0, 20.0, 20.0, 20.0, 20.0, 20.0)
    reconnect: float = 3.0
    webhook_delay: float = 2.0
    webhook_reorder: float = 1.0
    webhook_backoff: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0)
    webhook_connect: float = 2.0
    webhook_read: float = 30.0
