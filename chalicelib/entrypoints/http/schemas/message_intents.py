"""The shapes of message intents: what a request must look like, and how one is shown."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    Discriminator,
    Field,
    RootModel,
    Tag,
    ValidationInfo,
    field_validator,
)

from chalicelib.application.intake import Draft
from chalicelib.domain.batch import LARGEST
from chalicelib.domain.values import Category, Location, Origin, Purpose, Reaction, Target, TargetKind, Text, is_id
from chalicelib.entrypoints.http.schemas.campaigns import CampaignName
from chalicelib.entrypoints.http.schemas.fields import InstanceId, Instant, Strict, e164, group_id, millis, visible


def _emoji(value: str) -> str:
    """Something drawn: to some providers a word is a command."""
    if any(letter.isalnum() and letter.isascii() and not letter.isdigit() for letter in visible(value)):
        raise ValueError("must be an emoji")
    return value


def _message(value: str) -> str:
    """The id of an intent of ours, well-formed, or whatever WhatsApp calls a message."""
    if value.startswith("int_") and not is_id(value, "int"):
        raise ValueError("is no id of a message intent")
    return value


def _origin_of_a_client(value: Origin) -> Origin:
    """Where a client's request can come from: an opt-out lets our own messages pass, and nobody else's."""
    if value is Origin.SYSTEM:
        raise ValueError("must not be SYSTEM: that is what Portaria itself sends")
    return value


class WantedTarget(Strict):
    """Whom a message is for: a person by phone, or a group by its id."""

    kind: TargetKind
    value: Annotated[str, Field(max_length=64)]

    @field_validator("value", mode="after")
    @classmethod
    def _of_its_kind(cls, value: str, info: ValidationInfo) -> str:
        written = {TargetKind.PHONE: e164, TargetKind.GROUP: group_id}.get(info.data.get("kind", ""))
        return written(value) if written else value


class TextContent(Strict):
    """A text message."""

    type: Literal["TEXT"]
    text: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(visible)]

    def content(self) -> Text:
        """The domain's view of it."""
        return Text(self.text)


class LocationContent(Strict):
    """A place on the map."""

    type: Literal["LOCATION"]
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
    name: Annotated[str, Field(max_length=256)] = ""

    def content(self) -> Location:
        """The domain's view of it."""
        return Location(self.latitude, self.longitude, self.name)


class ReactionContent(Strict):
    """An emoji on a message: on one of ours by its intent's id, on any by its id on WhatsApp."""

    type: Literal["REACTION"]
    emoji: Annotated[str, Field(min_length=1, max_length=16), AfterValidator(_emoji)]
    reacts_to: Annotated[
        str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_.:@=-]+$"), AfterValidator(_message)
    ]

    def content(self) -> Reaction:
        """The domain's view of it."""
        return Reaction(self.emoji, self.reacts_to)


NewContent = Annotated[TextContent | LocationContent | ReactionContent, Field(discriminator="type")]


class NewMessageIntent(Strict):
    """One message: the body of ``POST /api/message-intents``, or one of many in it.

    With a ``campaign`` the origin is CAMPAIGN, and may be left out; without one it is API if nothing else is given.
    """

    target: WantedTarget
    content: NewContent
    purpose: Purpose = Purpose.DISPATCH
    origin: Annotated[Origin, AfterValidator(_origin_of_a_client)] | None = None
    category: Category = Category.UTILITY
    instance_id: InstanceId | None = None
    send_at: Instant | None = None
    expires_at: Instant | None = None
    external_id: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    campaign: CampaignName | None = Field(default=None, validate_default=True)

    @field_validator("campaign", mode="after")
    @classmethod
    def _fits_its_origin(cls, campaign: str | None, info: ValidationInfo) -> str | None:
        origin = info.data.get("origin")
        if campaign is None and origin is Origin.CAMPAIGN:
            raise ValueError("must be given with origin CAMPAIGN: the name under which it can be paused and cancelled")
        if campaign is not None and origin not in {None, Origin.CAMPAIGN}:
            raise ValueError("goes with origin CAMPAIGN only; leave origin out")
        return campaign

    def draft(self) -> Draft:
        """The use case's view of it."""
        return Draft(
            target=Target(self.target.kind, self.target.value),
            content=self.content.content(),
            purpose=self.purpose,
            origin=self.origin or (Origin.CAMPAIGN if self.campaign else Origin.API),
            category=self.category,
            instance_id=self.instance_id,
            send_at=millis(self.send_at),
            expires_at=millis(self.expires_at),
            external_id=self.external_id,
            campaign=self.campaign,
        )


class NewMessageIntents(Strict):
    """Many messages: the other body of ``POST /api/message-intents``; all of them are accepted, or none."""

    intents: Annotated[list[NewMessageIntent], Field(min_length=1, max_length=LARGEST)]


def _shape(body: Any) -> str:  # noqa: ANN401 - any JSON
    """Which of the two a body is meant to be."""
    return "MANY" if isinstance(body, dict) and "intents" in body else "ONE"


class Submitted(
    RootModel[
        Annotated[
            Annotated[NewMessageIntent, Tag("ONE")] | Annotated[NewMessageIntents, Tag("MANY")], Discriminator(_shape)
        ]
    ]
):
    """The body of ``POST /api/message-intents``: one message, or many."""


class TraceLine(BaseModel):
    """One line of a decision's trace: the rule and the figures it compared, and the same in the caller's language."""

    subject: str
    rule: str
    numbers: dict[str, Any]
    text: str


class DecisionView(BaseModel):
    """The latest decision of the Gate; ``text`` says its reason in the caller's language."""

    kind: Literal["APPROVE", "DEFER", "BLOCK", "DROP"]
    instance_id: str | None
    not_before: str | None
    not_after: str | None
    until: str | None
    parked_on: str | None
    reason: str | None
    waiting_helps: bool | None
    text: str | None
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
    campaign: str | None
    batch_id: str | None
    created_at: str
    send_at: str | None
    expires_at: str
    version: int


class MessageIntentView(MessageIntentSummary):
    """A message intent with what it says, what may be done about it, why it was decided so, and all that happened."""

    content: dict[str, Any] | None
    provider_id: str | None
    allowed_actions: list[str]
    decision: DecisionView | None
    timeline: list[EventView]


class MessageIntentList(BaseModel):
    """One page; with ``searched_until`` it is not full because the search stopped there: the cursor goes on."""

    data: list[MessageIntentSummary]
    next_cursor: str | None
    has_more: bool
    searched_until: str | None


class AcceptedBatch(BaseModel):
    """Many accepted messages: how many are where, each of them if they were decided at once, and where to ask on."""

    batch_id: str
    count: int
    counts: dict[str, int]
    intents: list[MessageIntentView] | None
    url: str
    notice: str | None
