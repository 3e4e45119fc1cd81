"""Amazon Cognito: a user pool that knows passwords, asked through an app client without a secret."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.application.ports.identities import NewPasswordRequired, SignedIn
from chalicelib.domain.credentials import email_address, poor_password, require_good_password
from chalicelib.domain.errors import InvalidInput, SignInRefusal, SignInRefused

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

# Cognito tells these apart by their text alone.
_NOT_AUTHORIZED = {
    "attempts exceeded": SignInRefusal.TOO_MANY,
    "expired": SignInRefusal.EXPIRED,
}
_REFUSALS = {
    "NotAuthorizedException": SignInRefusal.WRONG,
    "UserNotFoundException": SignInRefusal.WRONG,
    "PasswordResetRequiredException": SignInRefusal.EXPIRED,
    "TooManyRequestsException": SignInRefusal.TOO_MANY,
    "LimitExceededException": SignInRefusal.TOO_MANY,
}


class Cognito:
    """Signs people in with calls that Cognito answers to anybody, and makes identities with the caller's rights."""

    def __init__(self, client: CognitoIdentityProviderClient, client_id: str, pool_id: str) -> None:
        self._client = client
        self._client_id = client_id
        self._pool_id = pool_id

    def sign_in(self, email: str, password: str) -> SignedIn | NewPasswordRequired:
        """Tell who signs in."""
        parameters = {"USERNAME": _known_form(email, password), "PASSWORD": password}
        try:
            answer = self._client.initiate_auth(
                ClientId=self._client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
            )
        except ClientError as error:
            raise _refused(error) from error
        if answer.get("ChallengeName") != "NEW_PASSWORD_REQUIRED":
            return _signed_in(answer)
        # The answer to a challenge must name the user by their id, not by their address.
        user = answer["ChallengeParameters"].get("USER_ID_FOR_SRP", parameters["USERNAME"])
        return NewPasswordRequired(f"{user} {answer['Session']}")

    def set_first_password(self, challenge: str, password: str) -> SignedIn:
        """Replace a temporary password."""
        require_good_password(password)
        user, _, session = challenge.partition(" ")
        if not session:
            raise SignInRefused(SignInRefusal.TOO_LATE)
        responses = {"USERNAME": user, "NEW_PASSWORD": password}
        refusals = self._client.exceptions
        try:
            answer = self._client.respond_to_auth_challenge(
                ClientId=self._client_id,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=session,
                ChallengeResponses=responses,
            )
        except refusals.InvalidPasswordException as error:
            raise poor_password() from error
        except (refusals.NotAuthorizedException, refusals.InvalidParameterException) as error:
            raise SignInRefused(SignInRefusal.TOO_LATE) from error
        return _signed_in(answer)

    def invite(self, email: str, temporary_password: str) -> str:
        """Make an identity, unless there is one."""
        address = email_address(email)
        require_good_password(temporary_password)
        verified: Any = [{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}]
        try:
            made = self._client.admin_create_user(
                UserPoolId=self._pool_id,
                Username=address,
                TemporaryPassword=temporary_password,
                UserAttributes=verified,
                MessageAction="SUPPRESS",
            )
        except self._client.exceptions.UsernameExistsException:
            known = self._client.admin_get_user(UserPoolId=self._pool_id, Username=address)
            return _subject(known["UserAttributes"])
        return _subject(made["User"]["Attributes"])

    def keep_password(self, email: str, password: str) -> None:
        """Make a password permanent without its owner."""
        self._client.admin_set_user_password(
            UserPoolId=self._pool_id, Username=email_address(email), Password=password, Permanent=True
        )


def _known_form(email: str, password: str) -> str:
    """The address as Cognito takes it; whoever cannot be known is not asked about."""
    try:
        require_good_password(password)
        return email_address(email)
    except InvalidInput:
        raise SignInRefused(SignInRefusal.WRONG) from None


def _refused(error: ClientError) -> Exception:
    code, text = error.response["Error"]["Code"], error.response["Error"]["Message"]
    if code == "NotAuthorizedException":
        known = [refusal for words, refusal in _NOT_AUTHORIZED.items() if words in text.lower()]
        return SignInRefused(known[0] if known else SignInRefusal.WRONG)
    return SignInRefused(_REFUSALS[code]) if code in _REFUSALS else error


def _signed_in(answer: Any) -> SignedIn:  # noqa: ANN401 - two kinds of answers that differ in name only
    # No signature is checked: the token comes straight from Cognito over TLS, it is not one that a visitor brought.
    claims = answer["AuthenticationResult"]["IdToken"].split(".")[1]
    return SignedIn(str(json.loads(base64.urlsafe_b64decode(claims + "=="))["sub"]))


def _subject(attributes: Any) -> str:  # noqa: ANN401 - as above
    return next(str(one["Value"]) for one in attributes if one["Name"] == "sub")
