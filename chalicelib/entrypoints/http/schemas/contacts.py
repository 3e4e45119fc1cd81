"""The shapes of contacts: people under all their names."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from chalicelib.domain.consent import LegalBasis
from chalicelib.domain.preference import OptOut
from chalicelib.domain.values import Category
from chalicelib.entrypoints.http.schemas.fields import Instant, Strict, visible

Proof = Annotated[str, Field(min_length=1, max_length=280), AfterValidator(visible)]


class OptOutBody(Strict):
    """The body of ``PUT /api/contacts/{target}/opt-out``: what is no longer wanted, and what that rests on."""

    scope: OptOut = OptOut.ALL
    proof: Proof


class OptInBody(Strict):
    """The body of ``DELETE /api/contacts/{target}/opt-out``: what opting in again rests on."""

    proof: Proof


class ConsentBody(Strict):
    """The body of ``PUT /api/contacts/{target}/consent``: what the person agreed to, when, where, and what proves it.

    ``at`` has no default: an import that is repeated must not make an old consent new.
    """

    purpose: Category = Category.MARKETING
    legal_basis: LegalBasis
    source: Annotated[str, Field(min_length=1, max_length=80), AfterValidator(visible)]
    at: Instant
    proof: Proof


class WithdrawalBody(Strict):
    """The body of ``DELETE /api/contacts/{target}/consent``: which consent ends, and what that rests on."""

    purpose: Category = Category.MARKETING
    proof: Proof


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


class WithdrawalView(BaseModel):
    """The end of a consent."""

    at: str
    by: str
    proof: str


class ConsentView(BaseModel):
    """What a person agreed to; ``withdrawn`` is ``null`` while it stands."""

    purpose: str
    legal_basis: str
    source: str
    at: str
    proof: str
    by: str
    withdrawn: WithdrawalView | None


class NumberCheckView(BaseModel):
    """What WhatsApp answered about the number."""

    on_whatsapp: bool
    at: str


class InboundView(BaseModel):
    """When the person last wrote to one of our numbers."""

    instance_id: str
    last_inbound_at: str


class RecentIntentView(BaseModel):
    """An intent for this person; number and slot are ``null`` while none is reserved."""

    id: str
    accepted_at: str
    instance_id: str | None
    slot_at: str | None


class ContactView(BaseModel):
    """A person. ``marketing_consent`` says whether a consent to marketing holds now, opt-outs considered."""

    id: str
    phone: str | None
    name: str | None
    aliases: list[AliasView]
    preference: PreferenceView | None
    consents: list[ConsentView]
    marketing_consent: bool
    number_check: NumberCheckView | None
    sticky_instance_id: str | None
    inbound: list[InboundView]
    recent_intents: list[RecentIntentView]
    version: int
