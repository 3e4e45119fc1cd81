"""Creates an organization in a deployed stage: `make org NAME=… ADMIN=… STAGE=…`."""

from __future__ import annotations

import argparse
import os
import secrets
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.bootstrap import services
from chalicelib.domain.errors import InvalidInput
from chalicelib.domain.presets import CONSERVATIVE
from infra.deploy import outputs, stage_environment
from infra.errors import InfraError


def main() -> int:
    """Create the organization, print its id, its first API key and how its admin signs in."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="the organization's name")
    parser.add_argument("--admin", required=True, help="the first admin's e-mail address")
    parser.add_argument("--stage", required=True, help="the deployed stage")
    arguments = parser.parse_args()
    password = secrets.token_urlsafe(12)
    try:
        session = boto3.Session()
        os.environ.update(stage_environment(arguments.stage, session))
        panel = outputs(session, arguments.stage)["ApiUrl"].removesuffix("api")
        subject = services().members.invite(arguments.admin, password)
        organization, key = services().onboarding.create_organization(
            arguments.name, arguments.admin, CONSERVATIVE, subject
        )
    except (InfraError, InvalidInput, BotoCoreError, ClientError) as error:
        print(f"make org: {error}", file=sys.stderr)
        return 1
    print(f"organization  {organization.id}  {organization.name}")
    print(f"API key       {key}")
    print(f"panel         {panel}")
    print(f"sign in       {arguments.admin} / {password}")
    print("Key and password are shown this once. The password is temporary, for seven days; who had one keeps theirs.")
    print("The organization starts with the conservative policy: 5 a minute, 100 an hour, 800 a day; a new number")
    print("warms up for 10 days, campaigns rest from 21:00 to 08:00. An administrator changes it in the panel.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
