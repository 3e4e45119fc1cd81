"""What the bridge's words mean, as recorded from builds of 2026 and of 2025."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.providers.whatsmeow.answers import outcome_of_send
from chalicelib.adapters.providers.whatsmeow.bridge import read_answer
from chalicelib.domain.outcome import FailureClass, NotSent, Outcome, Sent, Unknown

WIRE_ID = "3EB001A2055106B45EED7C662086004696D000"
UNKNOWN = None


def said(status: int, text: str) -> Outcome:
    """What an error envelope means."""
    return read(status, json.dumps({"code": status, "error": text, "success": False}))


def read(status: int, body: str | bytes) -> Outcome:
    """What a body means."""
    return outcome_of_send(read_answer(status, body.encode() if isinstance(body, str) else body), WIRE_ID)


def confirmation(**changes: object) -> str:
    """The bridge's yes with changes."""
    data = {"Details": "Sent", "Timestamp": 1_769_860_800, "Id": WIRE_ID}
    return json.dumps({"code": 200, "data": data, "success": True} | changes)


RECORDED = [
    # builds of 2026
    (500, "no session", FailureClass.INSTANCE_DOWN),
    (500, "not connected", FailureClass.INSTANCE_DOWN),
    (500, "failed to connect", FailureClass.INSTANCE_DOWN),
    (500, "error sending message: failed to send message node: websocket not connected", FailureClass.INSTANCE_DOWN),
    (500, "error sending message: the store doesn't contain a device JID", FailureClass.INSTANCE_DOWN),
    (500, "error sending message: server returned error 463", FailureClass.REACHOUT_LOCK),
    (500, "error sending message: server returned error 479", FailureClass.TRANSIENT),
    (500, "error sending message: failed to get device list: info query timed out", FailureClass.TRANSIENT),
    (
        500,
        "error sending message: no LID found for 5511987654321@s.whatsapp.net from server",
        FailureClass.RECIPIENT_INVALID,
    ),
    (
        500,
        "error sending message: failed to get group members: you're not participating in that group",
        FailureClass.NOT_IN_GROUP,
    ),
    (
        500,
        "error sending message: failed to get group members: that group does not exist",
        FailureClass.RECIPIENT_INVALID,
    ),
    (500, "error sending message: timed out waiting for message send response", UNKNOWN),
    (500, "error sending message: websocket disconnected before message send returned response", UNKNOWN),
    (500, "error sending message: websocket disconnected before message send (retry) returned response", UNKNOWN),
    (500, "error sending message: websocket disconnected before info query returned response", FailureClass.TRANSIENT),
    (500, "error sending message: websocket not connected", UNKNOWN),
    (500, "error sending message: context canceled", UNKNOWN),
    (500, "error sending message: context deadline exceeded", UNKNOWN),
    (500, "error sending message: frame socket is closed", UNKNOWN),
    (500, "error sending message: failed to write msg: use of closed network connection", UNKNOWN),
    (500, "error sending message: failed to send message node: frame socket is closed", FailureClass.INSTANCE_DOWN),
    (500, "error sending message: server returned error 403", FailureClass.TRANSIENT),
    (
        500,
        "error sending message: failed to get device list: info query returned status 429: rate-overlimit",
        FailureClass.THROTTLED,
    ),
    (
        500,
        "error sending message: failed to get device list: missing <usync> element in response to usync query",
        FailureClass.TRANSIENT,
    ),
    (500, "error sending message: can't send message to unknown server msgr", FailureClass.RECIPIENT_INVALID),
    (
        500,
        "error sending message: message recipient must be a user JID with no device part",
        FailureClass.RECIPIENT_INVALID,
    ),
    (400, "missing Latitude in Payload", FailureClass.CONTENT_INVALID),
    (400, "could not parse Group JID", FailureClass.RECIPIENT_INVALID),
    (400, "missing Body in Payload", FailureClass.CONTENT_INVALID),
    (400, "could not decode Payload", FailureClass.CONTENT_INVALID),
    (400, "could not parse Phone", FailureClass.RECIPIENT_INVALID),
    (401, "unauthorized", FailureClass.AUTH),
    # builds of 2025
    (500, "No session", FailureClass.INSTANCE_DOWN),
    (500, "Not connected", FailureClass.INSTANCE_DOWN),
    (500, "Failed to connect", FailureClass.INSTANCE_DOWN),
    (500, "Error sending message: server returned error 463", FailureClass.REACHOUT_LOCK),
    (500, "Error sending message: server returned error 400", FailureClass.TRANSIENT),
    (500, "Error sending message: Timed out waiting for message send response", UNKNOWN),
    (500, "Error sending message: websocket disconnected before message send returned response", UNKNOWN),
    (500, "Error sending message: write tcp 10.0.0.2:5222->157.240.0.1:443: broken pipe", UNKNOWN),
    (500, "Error sending message: websocket: close sent", UNKNOWN),
    (500, "Error sending message: info query returned status 429: rate-overlimit", FailureClass.THROTTLED),
    (400, "Missing Body in Payload", FailureClass.CONTENT_INVALID),
    (400, "Could not parse Phone", FailureClass.RECIPIENT_INVALID),
    (401, "Unauthorized", FailureClass.AUTH),
    # nobody's words yet
    (500, "", UNKNOWN),
    (500, "pq: too many clients already", UNKNOWN),
    (200, "", UNKNOWN),
]


@pytest.mark.parametrize(("status", "text", "failure"), RECORDED)
def test_a_recorded_text_has_its_class(status: int, text: str, failure: FailureClass | None) -> None:
    """A message would be given up that could be retried, or sent twice because nobody saw that it may have left."""
    outcome = said(status, text)
    if failure is UNKNOWN:
        assert isinstance(outcome, Unknown)
    else:
        assert isinstance(outcome, NotSent)
        assert outcome.failure is failure


def test_every_class_of_failure_is_said_by_some_build() -> None:
    """A class that no answer leads to would be dead weight, or hide that its answer is taken for something else."""
    # That a refusal was meant for somebody known is no word of the bridge's.
    said = set(FailureClass) - {FailureClass.TOKEN_PROBLEM}
    assert {failure for _, _, failure in RECORDED if failure is not UNKNOWN} == said


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (404, "404 page not found\n", FailureClass.INSTANCE_DOWN),
        (401, "", FailureClass.AUTH),
        (502, "<html>Bad Gateway</html>", UNKNOWN),
        (504, "", UNKNOWN),
        (200, "", UNKNOWN),
        (200, "[]", UNKNOWN),
        (200, "<html>welcome</html>", UNKNOWN),
        (200, '{"code":200,"data":{"Details":"Sent","Id', UNKNOWN),
        (200, b"\xff\xfe", UNKNOWN),
        (200, "[" * 100_000, UNKNOWN),
        (429, "slow down", FailureClass.THROTTLED),
        (500, '{"code":500,"success":false,"error":' + "[" * 900 + "]" * 900 + "}", UNKNOWN),
        (500, '{"code":500,"success":false,"error":"half \\ud83d"}', UNKNOWN),
    ],
)
def test_a_body_that_is_no_envelope_has_its_class(status: int, body: str | bytes, failure: FailureClass | None) -> None:
    """A proxy's page would count as a confirmation, or crash the batch."""
    outcome = read(status, body)
    if failure is UNKNOWN:
        assert isinstance(outcome, Unknown)
        outcome.detail.encode()
    else:
        assert isinstance(outcome, NotSent)
        assert outcome.failure is failure


@pytest.mark.parametrize("timestamp", [1_769_860_800, "2026-01-31T12:00:00-03:00", None])
def test_a_confirmation_of_either_dialect_is_sent(timestamp: object) -> None:
    """Every sent message would be held as unconfirmed."""
    data = {"Details": "Sent", "Timestamp": timestamp, "Id": WIRE_ID}
    assert read(200, confirmation(data=data)) == Sent(WIRE_ID)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, confirmation(data={"Details": "Sent", "Id": "3EB0SOMEBODYELSES"})),
        (200, confirmation(data={"Details": "Sent"})),
        (200, confirmation(data=[WIRE_ID])),
        (200, confirmation(success=False)),
        (200, confirmation(success="true")),
        (200, confirmation(code=500)),
        (500, confirmation()),
        (500, confirmation(code=500)),
        (202, confirmation(code=202)),
    ],
)
def test_almost_a_confirmation_is_none(status: int, body: str) -> None:
    """A message that never left would be shown as sent, and nobody would look again."""
    assert isinstance(read(status, body), Unknown)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ENVELOPES = st.fixed_dictionaries(
    {},
    optional={
        "code": st.sampled_from([200, 500, "200", None]),
        "success": st.sampled_from([True, False, "true", 1]),
        "error": JSON,
        "data": JSON | st.fixed_dictionaries({"Id": JSON}),
    },
)


@given(st.sampled_from([200, 201, 204, 302, 400, 401, 404, 429, 500, 502]), JSON | ENVELOPES)
def test_nothing_is_sent_without_our_id(status: int, value: object) -> None:
    """Whatever a bridge, a proxy or a new build answers, a send it did not confirm would count as sent."""
    assert not isinstance(read(status, json.dumps(value)), Sent)


@given(st.sampled_from([200, 404, 500]), st.binary(max_size=300))
def test_any_bytes_are_an_answer(status: int, body: bytes) -> None:
    """An unreadable answer would crash the batch and leave its other messages in doubt."""
    assert not isinstance(read(status, body), Sent)


@pytest.mark.parametrize(
    "text",
    [
        "error sending message: no LID found for 5511987654321@s.whatsapp.net from server",
        "no session for +55 (11) 98765-4321",
        "could not parse Phone: ٥٥١١٩٨٧٦٥٤٣٢١",
        "x" * 110 + "5511987654321",
    ],
)
@pytest.mark.parametrize("status", [200, 400, 401, 404, 500])
def test_details_never_show_a_phone(status: int, text: str) -> None:
    """A customer's phone would stand in timelines, logs and exports."""
    for outcome in (said(status, text), read(status, text)):
        assert not isinstance(outcome, Sent)
        words = outcome.detail.removeprefix(f"HTTP {status}: ")
        assert not any(letter.isdigit() for letter in words)
        assert len(words) <= 120
