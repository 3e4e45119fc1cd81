"""Cognito only: refusals that AWS in memory never gives, in Cognito's words, put into the SDK's request path."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from chalicelib.adapters.cognito import Cognito
from chalicelib.domain.errors import InvalidInput, SignInRefusal, SignInRefused
from tests import aws

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

ANA, OWN = "ana@example.com", "correct horse battery"
CHALLENGE = f"4d8a0cf4-0000 {'s' * 40}"


@pytest.fixture(scope="module")
def client() -> CognitoIdentityProviderClient:
    """A client of one's own, that reaches nobody."""
    return aws.session().client("cognito-idp")


@contextmanager
def refusing(client: CognitoIdentityProviderClient, operation: str, code: str, text: str) -> Iterator[Cognito]:
    """An adapter whose next call is refused."""
    with Stubber(client) as stub:
        stub.add_client_error(operation, service_error_code=code, service_message=text)
        yield Cognito(client, "panel", "pool")


@pytest.mark.parametrize(
    ("code", "text", "refusal"),
    [
        ("NotAuthorizedException", "Incorrect username or password.", SignInRefusal.WRONG),
        ("NotAuthorizedException", "User is disabled.", SignInRefusal.WRONG),
        ("NotAuthorizedException", "Password attempts exceeded", SignInRefusal.TOO_MANY),
        ("TooManyRequestsException", "Rate exceeded", SignInRefusal.TOO_MANY),
        ("LimitExceededException", "Attempt limit exceeded, please try after some time.", SignInRefusal.TOO_MANY),
        (
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
            SignInRefusal.EXPIRED,
        ),
        ("PasswordResetRequiredException", "Password reset required for the user", SignInRefusal.EXPIRED),
    ],
)
def test_each_refusal_says_what_to_do(
    client: CognitoIdentityProviderClient, code: str, text: str, refusal: SignInRefusal
) -> None:
    """Somebody who must wait or ask an admin would type the same right password again and again."""
    with refusing(client, "initiate_auth", code, text) as cognito, pytest.raises(SignInRefused) as refused:
        cognito.sign_in(ANA, OWN)
    assert refused.value.refusal is refusal


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "InternalErrorException"])
def test_a_fault_of_ours_is_not_told_as_a_wrong_password(client: CognitoIdentityProviderClient, code: str) -> None:
    """A deployment without its user pool would tell everybody that their password is wrong, and ring no alarm."""
    with refusing(client, "initiate_auth", code, "") as cognito, pytest.raises(ClientError, match=code):
        cognito.sign_in(ANA, OWN)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("NotAuthorizedException", "Invalid session for the user, session is expired."),
        ("NotAuthorizedException", "Invalid session for the user, session can only be used once."),
        ("InvalidParameterException", "1 validation error detected"),
    ],
)
def test_a_challenge_that_is_over_leads_back_to_signing_in(
    client: CognitoIdentityProviderClient, code: str, text: str
) -> None:
    """Somebody who took a while to think of a password would be shown a server error."""
    refusal = refusing(client, "respond_to_auth_challenge", code, text)
    with refusal as cognito, pytest.raises(SignInRefused) as refused:
        cognito.set_first_password(CHALLENGE, OWN)
    assert refused.value.refusal is SignInRefusal.TOO_LATE


def test_a_pool_that_asks_for_more_is_obeyed(client: CognitoIdentityProviderClient) -> None:
    """An operator who made the pool's policy stricter would get server errors for weak passwords."""
    text = "Password did not conform with policy: Password must have numeric characters"
    refusal = refusing(client, "respond_to_auth_challenge", "InvalidPasswordException", text)
    with refusal as cognito, pytest.raises(InvalidInput) as refused:
        cognito.set_first_password(CHALLENGE, OWN)
    assert refused.value.pointer == "/password"


def test_signing_in_needs_no_rights(client: CognitoIdentityProviderClient) -> None:
    """The API's role holds no right to Cognito: a signed call would be refused to everybody."""
    for operation in ("InitiateAuth", "RespondToAuthChallenge"):
        assert client.meta.service_model.operation_model(operation).auth_type == "none"
