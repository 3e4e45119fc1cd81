"""What a provider's answer to a send means: sent, certainly not sent, or nobody knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class FailureClass(StrEnum):
    """Why a message was certainly not sent; each class has one behaviour in the engine."""

    TRANSIENT = "TRANSIENT"
    THROTTLED = "THROTTLED"
    AUTH = "AUTH"
    INSTANCE_DOWN = "INSTANCE_DOWN"
    REACHOUT_LOCK = "REACHOUT_LOCK"
    TOKEN_PROBLEM = "TOKEN_PROBLEM"  # noqa: S105 - no password
    RECIPIENT_INVALID = "RECIPIENT_INVALID"
    NOT_IN_GROUP = "NOT_IN_GROUP"
    CONTENT_INVALID = "CONTENT_INVALID"


# Trouble of the number's session, not of the message: its intents go back to the Gate and nothing is burnt.
INSTANCE_TROUBLE = frozenset({FailureClass.AUTH, FailureClass.INSTANCE_DOWN})


class Failing(StrEnum):
    """Why an intent failed, beside what a provider said."""

    UNCONFIRMED = "UNCONFIRMED"
    RETRIES_EXHAUSTED = "RETRIES_EXHAUSTED"
    NOT_SENT = "NOT_SENT"


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider confirmed the send."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The provider certainly did not send it.

    Attributes:
        failure: The class that decides what happens next.
        detail: The provider's words, shortened; never the message or the phone.
        retry_after: The wait the provider asked for, ms.
    """

    failure: FailureClass
    detail: str
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """The provider may or may not have sent it."""

    detail: str


Outcome = Sent | NotSent | Unknown


def meant(outcome: Outcome, *, known: bool) -> Outcome:
    """What an outcome means for a person who is ``known`` to the number, or not.

    WhatsApp refuses strangers and people it lost its token for in the same words; only for strangers it is a lock.
    """
    if known and isinstance(outcome, NotSent) and outcome.failure is FailureClass.REACHOUT_LOCK:
        return replace(outcome, failure=FailureClass.TOKEN_PROBLEM)
    return outcome
