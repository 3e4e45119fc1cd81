"""What a person agreed to receive, on which legal basis, and what proves it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.values import Category, Purpose, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.domain.contact import Contact
    from chalicelib.domain.policy import Policy
    from chalicelib.domain.request import Request


class LegalBasis(StrEnum):
    """Why data-protection law (LGPD, GDPR) allows writing to somebody."""

    CONSENT = "CONSENT"
    LEGITIMATE_INTEREST = "LEGITIMATE_INTEREST"
    CONTRACT = "CONTRACT"
    LEGAL_OBLIGATION = "LEGAL_OBLIGATION"


# Nobody owes a person advertising: no contract and no law is a basis for it.
_FOR_MARKETING = frozenset({LegalBasis.CONSENT, LegalBasis.LEGITIMATE_INTEREST})


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The end of a consent.

    Attributes:
        at: When it was withdrawn, ms.
        by: Who wrote it down: ``client key_…``, ``operator usr_…``.
        proof: What it rests on.
    """

    at: int
    by: str
    proof: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A person's consent to one kind of message; one that was withdrawn is kept to show so.

    Attributes:
        purpose: What kind of message.
        legal_basis: Why the law allows it.
        source: Where it was given: a form, a shop, a call.
        at: When it was given, ms.
        proof: What it rests on: a record's id, a document, the operator's words.
        by: Who wrote it down: ``client key_…``, ``operator usr_…``.
        withdrawn: Set once it holds no longer.
    """

    purpose: Category
    legal_basis: LegalBasis
    source: str
    at: int
    proof: str
    by: str
    withdrawn: Withdrawal | None = None

    def __post_init__(self) -> None:
        """Refuse a basis that cannot carry the purpose."""
        if self.purpose is Category.MARKETING and self.legal_basis not in _FOR_MARKETING:
            raise InvalidInput("MARKETING rests on CONSENT or LEGITIMATE_INTEREST", "/legal_basis")

    @property
    def latest(self) -> int:
        """When it was given or withdrawn, whichever came last, ms."""
        return max(self.at, self.withdrawn.at) if self.withdrawn else self.at

    def holds(self, now: int) -> bool:
        """Whether it stands at ``now`` (ms)."""
        return self.withdrawn is None and self.at <= now


def require_given(consent: Consent, now: int) -> None:
    """Refuse a consent that is not given yet at ``now`` (ms): it would outweigh every opt-out until then.

    Raises:
        InvalidInput: It lies in the future.
    """
    if consent.at > now:
        raise InvalidInput("a consent cannot be given in the future", "/at")


def noted(consents: tuple[Consent, ...], news: Consent) -> tuple[Consent, ...]:
    """Consents with one more, one per purpose: what happened later replaces, what is told late does not."""
    known = consent_to(consents, news.purpose)
    if known and news.latest <= known.latest:
        return consents
    return (*(one for one in consents if one is not known), news)


def withdrawn(consents: tuple[Consent, ...], purpose: Category, end: Withdrawal) -> tuple[Consent, ...]:
    """Consents of which the one to ``purpose``, if it stands, is withdrawn."""
    known = consent_to(consents, purpose)
    if known is None or known.withdrawn:
        return consents
    return tuple(replace(one, withdrawn=end) if one is known else one for one in consents)


def consent_to(consents: Iterable[Consent], purpose: Category) -> Consent | None:
    """The consent to one kind of message, standing or withdrawn."""
    return next((one for one in consents if one.purpose is purpose), None)


def refusal(contact: Contact | None, request: Request, policy: Policy, now: int) -> Reason | None:
    """Why a person, as far as known, should not get a message at ``now`` (ms); ``None`` when nothing speaks against it.

    Asked by the Gate, and once more right before the send: an opt-out and a withdrawal hold from when they are written.
    """
    reason = contact.obstacle(request, now) if contact else None
    marketing = request.category is Category.MARKETING and request.purpose is not Purpose.REPLY
    if reason is None and marketing and policy.require_consent and not (contact and contact.consented(now)):
        return Reason.NO_CONSENT
    return reason
