"""What the bridge's answers to a send mean. Texts differ between builds, so they are matched by meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.outcome import FailureClass, NotSent, Sent, Unknown

if TYPE_CHECKING:
    from chalicelib.adapters.providers.whatsmeow.bridge import Answer
    from chalicelib.domain.outcome import Outcome

_OK, _BAD_REQUEST, _UNAUTHORIZED, _NOT_FOUND = 200, 400, 401, 404

# WhatsApp was asked and did not answer in time: the message may be on its way. The library repeats an interrupted send
# once by itself ("message send (retry)"), and stops waiting when the bridge cancels the request.
_UNKNOWN_TEXTS = (
    "timed out waiting for message send response",
    "websocket disconnected before message send",
    # Bare, it is the library's own repeat without a socket; trouble before sending reads "failed to …: websocket …".
    "error sending message: websocket not connected",
    "context canceled",
    "context deadline exceeded",
)

_FAILURES = (
    ("server returned error 463", FailureClass.REACHOUT_LOCK),
    ("no lid found", FailureClass.RECIPIENT_INVALID),
    ("could not parse phone", FailureClass.RECIPIENT_INVALID),
    ("no session", FailureClass.INSTANCE_DOWN),
    ("not connected", FailureClass.INSTANCE_DOWN),
    ("failed to connect", FailureClass.INSTANCE_DOWN),
    ("doesn't contain a device jid", FailureClass.INSTANCE_DOWN),
    ("error sending message", FailureClass.TRANSIENT),
    ("server returned error", FailureClass.TRANSIENT),
)


def outcome_of_send(answer: Answer, wire_id: str) -> Outcome:
    """What an answer to a send means: only a confirmation that names our message id is ``Sent``."""
    if answer.status == _OK and answer.success:
        if answer.data.get("Id") == wire_id:
            return Sent(wire_id)
        return Unknown("the bridge said yes without naming our message")
    if not answer.envelope and answer.status == _OK:
        return Unknown("the bridge's answer cannot be read")
    return _refused(answer)


def _refused(answer: Answer) -> Outcome:
    text = answer.error.lower()
    if any(known in text for known in _UNKNOWN_TEXTS):
        return Unknown(_shown(answer))
    for known, failure in _FAILURES:
        if known in text:
            return NotSent(failure, _shown(answer))
    if answer.status == _UNAUTHORIZED:
        return NotSent(FailureClass.AUTH, _shown(answer))
    if answer.status == _NOT_FOUND:
        return NotSent(FailureClass.INSTANCE_DOWN, _shown(answer))
    if answer.status == _BAD_REQUEST:
        return NotSent(FailureClass.CONTENT_INVALID, _shown(answer))
    return Unknown(_shown(answer))


def _shown(answer: Answer) -> str:
    """The bridge's words without digits: an error text may quote a phone."""
    words = "".join("#" if letter.isdigit() else letter for letter in answer.error[:120])
    return f"HTTP {answer.status}: {words}"
