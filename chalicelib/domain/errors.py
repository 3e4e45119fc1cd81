"""Every way an operation can be refused, so that one table can turn each into an answer.

::

    PortariaError
    ├── InvalidInput          the caller's data is wrong; names the place
    ├── NotAuthenticated      no key, or one we do not know
    ├── SignInRefused         a person could not be let in; ``refusal`` says why
    ├── NotFound              unknown here (another organization's ids answer exactly like unknown ones)
    ├── IdempotencyKeyReused  the key was used before with another body
    ├── BatchUndecided        the request was heard before; not everything of it is decided yet
    ├── TransitionRefused     the state of the intent or instance does not allow it
    ├── ProviderUnavailable   the provider does not answer, or answers no
    └── VersionConflict       somebody else wrote first; reload and decide again
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class PortariaError(Exception):
    """Root of the tree: something was refused, and ``str(error)`` says why in a sentence."""


class InvalidInput(PortariaError):
    """The caller's data is wrong.

    Args:
        detail: What is wrong and what to do.
        pointer: JSON pointer (RFC 6901) into the request body, or the parameter's name.
        others: What else is wrong with it.
    """

    def __init__(self, detail: str, pointer: str = "", others: Sequence[InvalidInput] = ()) -> None:
        super().__init__(detail)
        self.pointer, self.others = pointer, tuple(others)


class NotAuthenticated(PortariaError):
    """The request carries no key, or one we do not know."""


class SignInRefusal(StrEnum):
    """Why a person could not be let in; the panel has the sentences."""

    WRONG = "WRONG"
    TOO_MANY = "TOO_MANY"
    EXPIRED = "EXPIRED"
    TOO_LATE = "TOO_LATE"
    NO_MEMBER = "NO_MEMBER"


class SignInRefused(PortariaError):
    """A person could not be let in.

    Args:
        refusal: Why.
    """

    def __init__(self, refusal: SignInRefusal) -> None:
        super().__init__(f"This person could not be let in: {refusal}.")
        self.refusal = refusal


class NotFound(PortariaError):
    """There is no such thing in this organization."""


class IdempotencyKeyReused(PortariaError):
    """The idempotency key already belongs to a request with another body."""


class BatchUndecided(PortariaError):
    """A request with many intents was accepted before, and the Gate has not decided all of it yet.

    Args:
        batch_id: The batch that the request became.
    """

    def __init__(self, batch_id: str) -> None:
        super().__init__(
            f"This request was accepted before, as batch {batch_id}, and is still being decided. Nothing has to be sent"
            f" again: /api/batches/{batch_id} tells what becomes of it."
        )
        self.batch_id = batch_id


class TransitionRefused(PortariaError):
    """The state table has no such transition from here."""


class ProviderUnavailable(PortariaError):
    """The provider does not answer, or answers no; the text says how, without phones."""


class VersionConflict(PortariaError):
    """The stored version is not the one this write was based on."""
