"""What one request hands in: one wish or many, each with the id it will have, and what came of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.domain.batch import Batch, batch_of, whole, within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.application.intake.draft import Draft
    from chalicelib.application.ports.ids import Ids
    from chalicelib.domain.intent import Intent
    from chalicelib.domain.organization import Organization
    from chalicelib.domain.status import Status
    from chalicelib.domain.values import Content


@dataclass(frozen=True, slots=True)
class Wish:
    """One intent that is asked for.

    Attributes:
        intent_id: The id it has, or will have.
        draft: What is asked for.
        fingerprint: What its request has, and no other one under the same id.
        index: Where it stands in its batch; ``None`` when it is the whole request.
    """

    intent_id: str
    draft: Draft
    fingerprint: str
    index: int | None = None

    @property
    def place(self) -> str:
        """Where it stands in the request's body, as a JSON pointer."""
        return "" if self.index is None else f"/intents/{self.index}"


@dataclass(frozen=True, slots=True)
class Submission:
    """One request's wishes.

    Attributes:
        organization_id: Whose they are.
        actor: Who asks, for the timelines.
        wishes: At least one.
        keyed: Whether the request has an idempotency key, so that it may have been heard before.
        batch: What holds the wishes together; ``None`` for a request that is one wish.
    """

    organization_id: str
    actor: str
    wishes: tuple[Wish, ...]
    keyed: bool
    batch: Batch | None = None

    @property
    def said(self) -> Mapping[str, Content]:
        """What each intent says, by id."""
        return {wish.intent_id: wish.draft.content for wish in self.wishes}

    @property
    def campaigns(self) -> frozenset[str]:
        """Names of the campaigns that the wishes belong to."""
        return frozenset(wish.draft.campaign for wish in self.wishes if wish.draft.campaign is not None)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a submission.

    Attributes:
        intents: Every intent as it is stored, in the order of the wishes.
        organization: Whose they are.
        replayed: Whether an earlier request had created them all.
    """

    intents: tuple[Intent, ...]
    organization: Organization
    replayed: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """The intent that a request stands for.

    Attributes:
        intent: The intent as it is stored.
        content: What it says.
        organization: Whose it is.
        replayed: Whether an earlier request had created it.
    """

    intent: Intent
    content: Content
    organization: Organization
    replayed: bool


@dataclass(frozen=True, slots=True)
class AcceptedBatch:
    """What a request with many wishes came to.

    Attributes:
        batch: What holds them together.
        intents: Every intent, in the order of the request.
        contents: What each says.
        organization: Whose they are.
        replayed: Whether an earlier request had created them all.
    """

    batch: Batch
    intents: tuple[Intent, ...]
    contents: tuple[Content, ...]
    organization: Organization
    replayed: bool

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many intents are where."""
        return Counter(intent.status for intent in self.intents)


def alone(ids: Ids, organization_id: str, actor: str, draft: Draft, key: str | None) -> Submission:
    """A request that is one wish; with a key its id belongs to that."""
    wish = Wish(_first_id(ids, organization_id, key), draft, draft.fingerprint)
    return Submission(organization_id, actor, (wish,), keyed=key is not None)


def together(  # noqa: PLR0913, PLR0917 - the parts of a request, and its instant
    ids: Ids, organization_id: str, actor: str, drafts: Sequence[Draft], key: str | None, now: int
) -> Submission:
    """A request with many wishes: with a key, all ids belong to that and to the place in the request."""
    fingerprints = [draft.fingerprint for draft in drafts]
    request = whole(fingerprints)
    batch = Batch(
        id=batch_of(_first_id(ids, organization_id, key), 0),
        organization_id=organization_id,
        count=len(drafts),
        fingerprint=request,
        created_at=now,
    )
    wishes = tuple(
        Wish(name, draft, within(fingerprint, request), index)
        for index, (name, draft, fingerprint) in enumerate(zip(batch.ids(), drafts, fingerprints, strict=True))
    )
    return Submission(organization_id, actor, wishes, key is not None, batch)


def _first_id(ids: Ids, organization_id: str, key: str | None) -> str:
    return ids.new("int") if key is None else ids.derived("int", organization_id, key, "0")
