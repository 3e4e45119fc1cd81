"""Why somebody cannot sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.errors import SignInRefusal
from chalicelib.entrypoints.web.words.marking import mark

if TYPE_CHECKING:
    from collections.abc import Mapping

REFUSALS: Mapping[SignInRefusal, str] = {
    SignInRefusal.WRONG: mark("The e-mail address or the password is wrong."),
    SignInRefusal.TOO_MANY: mark("Too many wrong passwords. Wait a few minutes, then try again."),
    SignInRefusal.EXPIRED: mark("This password is no longer valid. Ask an administrator for a new one."),
    SignInRefusal.TOO_LATE: mark("Choosing a password took too long. Sign in with the temporary password again."),
    SignInRefusal.NO_MEMBER: mark(
        "You are known here, but you belong to no organization. Ask an administrator to add you."
    ),
}
