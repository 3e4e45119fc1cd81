"""The shapes of instances: what a request must look like, and how a number is shown."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field

from chalicelib.domain.instance import InstancePurpose
from chalicelib.domain.instance import Provider as ProviderName
from chalicelib.entrypoints.http.schemas.fields import Instant, Phone, Strict, visible
from chalicelib.entrypoints.http.schemas.policy import PolicyBody, PolicyChoice

Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(visible)]
ReasonText = Annotated[str, Field(min_length=1, max_length=280), AfterValidator(visible)]


class NewInstanceBody(Strict):
    """The body of ``POST /api/instances``."""

    name: Name
    provider: ProviderName = ProviderName.WHATSMEOW
    purpose: InstancePurpose = InstancePurpose.MIXED
    policy: PolicyChoice | None = None
    warmed_up: bool = False


class InstanceChanges(Strict):
    """The body of ``PATCH /api/instances/{id}``: left out is left alone, a null policy is the organization's."""

    name: Name | None = None
    purpose: InstancePurpose | None = None
    policy: PolicyChoice | None = None
    warmed_up: bool | None = None


class PauseBody(Strict):
    """The body of ``POST …/pause``."""

    reason: ReasonText
    until: Instant | None = None


class CooldownBody(Strict):
    """The body of ``POST …/cool-down``."""

    reason: ReasonText
    until: Instant


class ReinstateBody(Strict):
    """The body of ``POST …/reinstate``."""

    reason: ReasonText


class PairingBody(Strict):
    """The body of ``POST …/pairing-code``: the phone that will be paired."""

    phone: Phone


class TestMessageBody(Strict):
    """The body of ``POST …/test-message``."""

    to: Phone
    text: Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(visible)] = "Portaria: teste / test"


class ConnectionView(BaseModel):
    """A claim about a session, with its age."""

    status: str
    cause: str | None
    since: str
    seen_at: str
    age_seconds: int
    stale: bool


class CircuitView(BaseModel):
    """Sends refused ``times`` in a row, none confirmed since: "connected" is not believed before ``until``."""

    opened_at: str
    until: str
    times: int


class ControlView(BaseModel):
    """Whether people let it send: ``in_flight`` counts what was under way when the pause was written."""

    status: str
    in_flight: int
    by: str | None
    reason: str | None
    since: str | None
    until: str | None


class CooldownView(BaseModel):
    """A rest with an end."""

    reason: str
    since: str
    until: str


class PolicyView(PolicyBody):
    """The policy that holds for a number: whose it is, and the preset that has these figures, if one has."""

    scope: str
    preset: str | None


class WarmUpView(BaseModel):
    """Where a number stands in its warm-up: what it may send on this day of it, in any 24 h."""

    day: int
    days: int
    messages: int
    new_contacts: int
    ends_at: str | None


class InstanceView(BaseModel):
    """A number; ``capacity`` is percent of its limits that its risk and its last rest leave it."""

    id: str
    name: str
    provider: str
    purpose: str
    phone: str | None
    lifecycle: str
    connection: ConnectionView
    circuit: CircuitView | None
    control: ControlView
    cooldown: CooldownView | None
    risk: str
    capacity: int
    policy: PolicyView
    last_good_send_at: str | None
    warmed_up: bool
    warmup_started_at: str | None
    warmup: WarmUpView | None
    allowed_actions: list[str]
    created_at: str
    version: int


class InstanceList(BaseModel):
    """One page."""

    data: list[InstanceView]
    next_cursor: str | None
    has_more: bool


class QrView(BaseModel):
    """A code to scan, if one is shown now: a ``data:`` URI and when it stops working."""

    qr: str | None
    expires_at: str | None
    connection: ConnectionView


class PairingView(BaseModel):
    """A code to type on the phone."""

    pairing_code: str


class ConnectionAnswer(BaseModel):
    """What is known of a session, and what may be done about it."""

    connection: ConnectionView
    code_expires_at: str | None
    phone: str | None
    allowed_actions: list[str]


class JournalEntryView(BaseModel):
    """One thing that happened to a number or an organization."""

    at: str
    type: str
    actor: str
    data: dict[str, Any]


class JournalList(BaseModel):
    """One page of a journal, newest first."""

    data: list[JournalEntryView]
    next_cursor: str | None
    has_more: bool


class GroupView(BaseModel):
    """A group that a number is a member of."""

    id: str
    name: str
    size: int


class GroupList(BaseModel):
    """All groups of a number."""

    data: list[GroupView]
    next_cursor: None = None
    has_more: bool = False
