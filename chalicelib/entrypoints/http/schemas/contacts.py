"""The shapes of contacts: people under all their names."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from chalicelib.domain.preference import OptOut
from chalicelib.entrypoints.http.schemas.fields import Strict, visible


class OptOutBody(Strict):
    """The body of ``PUT /api/contacts/{target}/opt-out``: what is no longer wanted, and what that rests on."""

    scope: OptOut = OptOut.ALL
    proof: Annotated[str, Field(min_length=1, max_length=280), AfterValidator(visible)]


class OptInBody(Strict):
    """The body of ``DELETE /api/contacts/{target}/opt-out``: what opting in again rests on."""

    proof: Annotated[str, Field(min_length=1, max_length=280), AfterValidator(visible)]


class AliasView(BaseModel):
    """One name of a person."""

    kind: str
    value: str


class PreferenceView(BaseModel):
    """A person's latest wish; ``opt_out`` is ``null`` after opting in again."""

    opt_out: str | None
    at: str
    by: str
    proof: str


class NumberCheckView(BaseModel):
    """What WhatsApp answered about the number."""

    on_whatsapp: bool
    at: str


class InboundView(BaseModel):
    """When the person last wrote to one of our numbers."""

    instance_id: str
    last_inbound_at: str


class RecentIntentView(BaseModel):
    """An intent for this person."""

    id: str
    accepted_at: str


class ContactView(BaseModel):
    """A person."""

    id: str
    phone: str | None
    name: str | None
    aliases: list[AliasView]
    preference: PreferenceView | None
    number_check: NumberCheckView | None
    sticky_instance_id: str | None
    inbound: list[InboundView]
    recent_intents: list[RecentIntentView]
    version: int
