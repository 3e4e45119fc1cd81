"""Members: who is let in, who is not, and what each role may do."""

from __future__ import annotations

import pytest

from chalicelib.application.members import Members
from chalicelib.application.onboarding import Onboarding
from chalicelib.application.ports.identities import NewPasswordRequired
from chalicelib.domain.errors import InvalidInput, SignInRefusal, SignInRefused
from chalicelib.domain.presets import CONSERVATIVE
from chalicelib.domain.role import Role
from tests.fakes.identities import FakeIdentities
from tests.fakes.ids import FakeIds
from tests.fakes.organizations import FakeOrganizations
from tests.fakes.world import World

ANA, TEMPORARY, OWN = "ana@example.com", "only-for-today", "correct horse battery"


@pytest.fixture
def members() -> Members:
    """Nobody is known yet."""
    return Members(FakeIdentities(), FakeOrganizations(), FakeIds())


def an_organization(members: Members, admin: str = "dono@example.com", subject: str = "") -> str:
    """A new organization's id."""
    onboarding = Onboarding(members.directory, members.ids, World().waking)
    return onboarding.create_organization("Loja", admin, CONSERVATIVE, subject)[0].id


def test_the_first_admin_chooses_a_password_and_is_let_in(members: Members) -> None:
    """An organization would be made that nobody can enter."""
    organization_id = an_organization(members, " Ana@example.com", members.invite(ANA, TEMPORARY))
    required = members.admit(ANA, TEMPORARY)
    assert isinstance(required, NewPasswordRequired)
    membership = members.set_first_password(required.challenge, OWN)
    assert membership == members.admit(ANA, OWN)
    assert (membership.organization.id, membership.member.email) == (organization_id, ANA)
    assert membership.member.role is Role.ADMIN


def test_an_added_member_is_let_in_with_their_role(members: Members) -> None:
    """A colleague could not enter, or could do more than they were given."""
    organization_id = an_organization(members)
    added = members.add_member(organization_id, " Ana@example.com", Role.VIEWER, TEMPORARY)
    members.identities.keep_password(ANA, OWN)
    membership = members.admit(ANA, OWN)
    assert not isinstance(membership, NewPasswordRequired)
    assert (membership.organization.id, membership.member) == (organization_id, added)
    assert (added.email, added.role) == (ANA, Role.VIEWER)


def test_a_known_person_who_belongs_nowhere_is_told_so(members: Members) -> None:
    """They would be told that their right password is wrong, or see a page of nobody's."""
    members.identities.invite(ANA, TEMPORARY)
    members.identities.keep_password(ANA, OWN)
    with pytest.raises(SignInRefused) as refused:
        members.admit(ANA, OWN)
    assert refused.value.refusal is SignInRefusal.NO_MEMBER


def test_a_person_is_not_taken_from_another_organization(members: Members) -> None:
    """Any admin could take somebody out of their organization and into another."""
    first, second = an_organization(members), an_organization(members)
    members.add_member(first, ANA, Role.OPERATOR, TEMPORARY)
    for attempt in (lambda: members.add_member(second, ANA, Role.ADMIN, OWN), lambda: members.invite(ANA, OWN)):
        with pytest.raises(InvalidInput) as refused:
            attempt()
        assert refused.value.pointer == "/email"
    required = members.admit(ANA, TEMPORARY)
    assert isinstance(required, NewPasswordRequired)
    assert members.set_first_password(required.challenge, OWN).organization.id == first


@pytest.mark.parametrize(
    ("role", "allowed"),
    [(Role.VIEWER, {Role.VIEWER}), (Role.OPERATOR, {Role.VIEWER, Role.OPERATOR}), (Role.ADMIN, set(Role))],
)
def test_each_role_includes_the_ones_before_it_and_no_more(role: Role, allowed: set[Role]) -> None:
    """A viewer could pause numbers, or an admin could not."""
    assert {needed for needed in Role if role.may(needed)} == allowed
