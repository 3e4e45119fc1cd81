"""Identities: the fake that other tests trust, and Cognito's adapter on AWS in memory.

AWS in memory tells of a challenge that was used before that the client does not exist; the embedded AWS of the local
stage takes any challenge for good and looks at no new password. What Cognito itself answers then is scripted in
``test_cognito_answers.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from chalicelib.adapters.cognito import Cognito
from chalicelib.application.ports.identities import NewPasswordRequired, SignedIn
from chalicelib.domain.errors import InvalidInput, SignInRefusal, SignInRefused
from tests import aws
from tests.fakes.identities import FakeIdentities

if TYPE_CHECKING:
    from chalicelib.application.ports.identities import Identities

ANA, TEMPORARY, OWN = "ana@example.com", "only-for-today", "correct horse battery"


@pytest.fixture(params=["fake", "cognito"])
def identities(request: pytest.FixtureRequest) -> Identities:
    """Nobody is known yet."""
    if request.param == "fake":
        return FakeIdentities()
    request.getfixturevalue("in_memory")
    pool_id, client_id = aws.create_user_pool(aws.cognito())
    return Cognito(aws.cognito(), client_id, pool_id)


def challenged(identities: Identities) -> str:
    """The challenge of somebody whose password is temporary."""
    required = identities.sign_in(ANA, TEMPORARY)
    assert isinstance(required, NewPasswordRequired)
    return required.challenge


def refusal(identities: Identities, email: str, password: str) -> SignInRefusal:
    """Why somebody is not let in."""
    with pytest.raises(SignInRefused) as refused:
        identities.sign_in(email, password)
    return refused.value.refusal


def test_an_invited_person_chooses_a_password_and_signs_in_with_it(identities: Identities) -> None:
    """Nobody could ever enter the panel, or whoever saw the temporary password could for good."""
    subject = identities.invite(ANA, TEMPORARY)
    assert subject
    assert identities.set_first_password(challenged(identities), OWN) == SignedIn(subject)
    assert identities.sign_in(ANA, OWN) == SignedIn(subject)
    assert refusal(identities, ANA, TEMPORARY) is SignInRefusal.WRONG


@pytest.mark.parametrize("email", ["  ana@example.com", "Ana@Example.com "])
def test_case_and_blanks_of_an_address_do_not_matter(identities: Identities, email: str) -> None:
    """A telephone's keyboard that writes a capital letter would lock people out, or make them two."""
    subject = identities.invite(email, TEMPORARY)
    identities.keep_password(email, OWN)
    assert identities.sign_in(ANA, OWN) == identities.sign_in(email, OWN) == SignedIn(subject)
    assert identities.invite(ANA, TEMPORARY) == subject


@pytest.mark.parametrize(
    ("email", "password"),
    [("bia@example.com", OWN), (ANA, "a wrong password"), (ANA, ""), (ANA, "short"), ("", OWN), ("ana", OWN)],
)
def test_wrong_passwords_and_unknown_people_are_refused_alike(
    identities: Identities, email: str, password: str
) -> None:
    """Anybody could find out who has an account here, or a typing error would be a server error."""
    identities.invite(ANA, TEMPORARY)
    identities.keep_password(ANA, OWN)
    assert refusal(identities, email, password) is SignInRefusal.WRONG


def test_an_invitation_leaves_an_existing_identity_alone(identities: Identities) -> None:
    """Whoever may invite could set somebody else's password and enter another organization with it."""
    subject = identities.invite(ANA, TEMPORARY)
    assert identities.invite(ANA, "another temporary one") == subject
    assert refusal(identities, ANA, "another temporary one") is SignInRefusal.WRONG
    assert challenged(identities)


@pytest.mark.parametrize("password", ["", "elevenchars", " a blank before", "a blank behind ", "x" * 257])
def test_a_poor_password_is_refused_with_what_to_do_and_the_next_one_passes(
    identities: Identities, password: str
) -> None:
    """A weak password would open the panel, or the person would have to begin again for each attempt."""
    subject = identities.invite(ANA, TEMPORARY)
    challenge = challenged(identities)
    with pytest.raises(InvalidInput, match="at least 12 characters") as refused:
        identities.set_first_password(challenge, password)
    assert refused.value.pointer == "/password"
    assert identities.set_first_password(challenge, OWN) == SignedIn(subject)


@pytest.mark.parametrize("challenge", ["", "nobody"])
def test_what_is_no_challenge_sets_no_password(identities: Identities, challenge: str) -> None:
    """Anybody could set the password of somebody who was just invited."""
    identities.invite(ANA, TEMPORARY)
    with pytest.raises(SignInRefused) as refused:
        identities.set_first_password(challenge, OWN)
    assert refused.value.refusal is SignInRefusal.TOO_LATE


@pytest.mark.parametrize(("email", "pointer"), [("ana", "/email"), ("a na@example.com", "/email"), (ANA, "/password")])
def test_an_invitation_that_makes_no_sense_is_refused(identities: Identities, email: str, pointer: str) -> None:
    """An account would be made that nobody can sign in to, or one with a password that is easily guessed."""
    with pytest.raises(InvalidInput) as refused:
        identities.invite(email, "short" if pointer == "/password" else TEMPORARY)
    assert refused.value.pointer == pointer
