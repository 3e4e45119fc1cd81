"""What the bridge's answers to a send mean. Texts differ between builds, so they are matched by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.outcome import FailureClass, NotSent, Sent, Unknown

if TYPE_CHECKING:
    from chalicelib.adapters.providers.whatsmeow.bridge import Answer
    from chalicelib.domain.outcome import Outcome

_OK = 200

# WhatsApp was asked and did not answer in time: the message may be on its way. The library repeats an interrupted send
# once by itself ("message send (retry)"), and stops waiting when the bridge cancels the request.
_UNKNOWN_TEXTS = (
    "timed out waiting for message send response",
    "websocket disconnected before message send",
    # Bare, these are the library's own repeat on a dead socket; the same trouble before a first send reads
    # "failed to send message node: …".
    "error sending message: websocket not connected",
    "error sending message: websocket: close",
    "error sending message: frame socket is closed",
    "error sending message: failed to write",
    "error sending message: write ",
    "context canceled",
    "context deadline exceeded",
)

_FAILURES = (
    ("server returned error 463", FailureClass.REACHOUT_LOCK),
    ("server returned error 429", FailureClass.THROTTLED),
    ("rate-overlimit", FailureClass.THROTTLED),
    ("no lid found", FailureClass.RECIPIENT_INVALID),
    ("not participating in that group", FailureClass.NOT_IN_GROUP),
    ("that group does not exist", FailureClass.RECIPIENT_INVALID),
    ("could not parse", FailureClass.RECIPIENT_INVALID),
    ("server returned error 401", FailureClass.INSTANCE_DOWN),
    ("logged out", FailureClass.INSTANCE_DOWN),
    ("no session", FailureClass.INSTANCE_DOWN),
    ("not connected", FailureClass.INSTANCE_DOWN),
    ("failed to connect", FailureClass.INSTANCE_DOWN),
    ("not logged in", FailureClass.INSTANCE_DOWN),
    ("doesn't contain a device jid", FailureClass.INSTANCE_DOWN),
    ("client is nil", FailureClass.INSTANCE_DOWN),
    ("frame socket is closed", FailureClass.INSTANCE_DOWN),
    ("can't send message to unknown server", FailureClass.RECIPIENT_INVALID),
    ("must be a user jid with no device part", FailureClass.RECIPIENT_INVALID),
    ("in payload", FailureClass.CONTENT_INVALID),
    ("could not decode payload", FailureClass.CONTENT_INVALID),
    # Nobody knows what the other numbers mean (400, 403, 405, 420, 479); users report that they go away.
    ("server returned error", FailureClass.TRANSIENT),
    ("error sending message", FailureClass.TRANSIENT),
)

# What a status means whose text says nothing we know.
_STATUSES = {
    400: FailureClass.CONTENT_INVALID,
    401: FailureClass.AUTH,
    404: FailureClass.INSTANCE_DOWN,
    429: FailureClass.THROTTLED,
}


def outcome_of_send(answer: Answer, named: str) -> Outcome:
    """What an answer to a send means: only a confirmation that names the message id ``named`` is ``Sent``."""
    if answer.status == _OK and answer.success:
        if answer.data.get("Id") == named:
            return Sent(named)
        return Unknown("the bridge said yes without naming our message")
    if not answer.envelope and answer.status == _OK:
        return Unknown("the bridge's answer cannot be read")
    return _refused(answer)


def _refused(answer: Answer) -> Outcome:
    text = answer.error.lower()
    if any(known in text for known in _UNKNOWN_TEXTS):
        return Unknown(shown(answer))
    for known, failure in _FAILURES:
        if known in text:
            return NotSent(failure, shown(answer), answer.retry_after)
    by_status = _STATUSES.get(answer.status)
    return NotSent(by_status, shown(answer), answer.retry_after) if by_status else Unknown(shown(answer))


def shown(answer: Answer) -> str:
    """The bridge's words without digits: an error text may quote a phone."""
    words = "".join("#" if letter.isdigit() else letter for letter in answer.error[:120])
    return f"HTTP {answer.status}: {words}"
