"""The shapes of the API: what a request must look like, and how resources are shown."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import phonenumbers
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from chalicelib.application.intake import Draft
from chalicelib.domain.values import Category, Content, ContentType, Origin, Purpose, Target, TargetKind

# Digits and the marks people put between them. Letters stand for keypad digits to phonenumbers, and an extension is
# dropped: both would reach somebody else.
_WRITTEN_PHONE = re.compile(r"\+[\d\s().-]+")


def _e164(value: str) -> str:
    """The phone in E.164, or an error that says what a phone looks like."""
    hint = "must be a phone in E.164, like +5511987654321"
    if not _WRITTEN_PHONE.fullmatch(value):
        raise ValueError(hint)
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException as error:
        raise ValueError(hint) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(hint)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _visible(value: str) -> str:
    """A text that shows something: spaces, joiners and controls alone are an empty bubble on the phone."""
    kinds = {unicodedata.category(letter) for letter in value if letter not in "\n\r\t"}
    if "Cc" in kinds:
        raise ValueError("must not contain control characters other than line breaks and tabs")
    if all(kind[0] in "CZ" for kind in kinds):
        raise ValueError("must not be blank")
    return value


def _since_1970(moment: datetime) -> datetime:
    """An instant that can be told in UTC whatever its offset was; nobody means an earlier one."""
    if moment.timestamp() < 0:
        raise ValueError("must not be before 1970")
    return moment


_Instant = Annotated[AwareDatetime, Field(strict=True), AfterValidator(_since_1970)]


class _Strict(BaseModel):
    """Unknown members are refused: a misspelt one would silently change what is sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PhoneTarget(_Strict):
    """A person's phone."""

    kind: Literal["PHONE"]
    value: Annotated[str, Field(max_length=32), AfterValidator(_e164)]


class TextContent(_Strict):
    """A text message."""

    type: Literal["TEXT"]
    text: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_visible)]


class NewMessageIntent(_Strict):
    """The body of ``POST /api/message-intents``."""

    target: PhoneTarget
    content: TextContent
    purpose: Purpose = Purpose.DISPATCH
    origin: Origin = Origin.API
    category: Category = Category.UTILITY
    instance_id: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    send_at: _Instant | None = None
    expires_at: _Instant | None = None
    external_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None

    def draft(self) -> Draft:
        """The use case's view of it."""
        return Draft(
            target=Target(TargetKind(self.target.kind), self.target.value),
            content=Content(ContentType(self.content.type), self.content.text),
            purpose=self.purpose,
            origin=self.origin,
            category=self.category,
            instance_id=self.instance_id,
            send_at=_millis(self.send_at),
            expires_at=_millis(self.expires_at),
            external_id=self.external_id,
        )


class TraceLine(BaseModel):
    """One line of a decision's trace."""

    subject: str
    rule: str
    numbers: dict[str, Any]


class DecisionView(BaseModel):
    """The latest decision of the Gate."""

    kind: Literal["APPROVE", "DEFER", "BLOCK", "DROP"]
    instance_id: str | None
    not_before: str | None
    not_after: str | None
    until: str | None
    parked_on: str | None
    reason: str | None
    decided_at: str
    trace: list[TraceLine]


class EventView(BaseModel):
    """One event of a timeline."""

    seq: int
    at: str
    type: str
    actor: str
    data: dict[str, Any]


class MessageIntentSummary(BaseModel):
    """A row of a list."""

    id: str
    status: str
    reason: str | None
    delivery: str | None
    attempts: int
    instance_id: str | None
    target: dict[str, str]
    purpose: str
    origin: str
    category: str
    external_id: str | None
    created_at: str
    send_at: str | None
    expires_at: str
    version: int


class MessageIntentView(MessageIntentSummary):
    """A message intent with what it says, why it was decided so, and everything that happened."""

    content: dict[str, str] | None
    provider_id: str | None
    decision: DecisionView | None
    timeline: list[EventView]


class MessageIntentList(BaseModel):
    """One page."""

    data: list[MessageIntentSummary]
    next_cursor: str | None
    has_more: bool


def instant(milliseconds: int | None) -> str | None:
    """RFC 3339 in UTC with milliseconds, or ``None``."""
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _millis(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
