"""Creates an organization in a deployed stage: `make org NAME=… ADMIN=… STAGE=…`."""

from __future__ import annotations

import argparse
import os
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.bootstrap import services
from chalicelib.domain.policy import CONSERVATIVE
from infra.deploy import stage_environment
from infra.errors import InfraError


def main() -> int:
    """Create the organization, print its id and its first API key."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", required=True, help="the organization's name")
    parser.add_argument("--admin", required=True, help="the first admin's e-mail address")
    parser.add_argument("--stage", required=True, help="the deployed stage")
    arguments = parser.parse_args()
    if "@" not in arguments.admin:
        parser.error("ADMIN must be an e-mail address")
    try:
        os.environ.update(stage_environment(arguments.stage, boto3.Session()))
        organization, key = services().onboarding.create_organization(arguments.name, arguments.admin, CONSERVATIVE)
    except (InfraError, BotoCoreError, ClientError) as error:
        print(f"make org: {error}", file=sys.stderr)
        return 1
    print(f"organization  {organization.id}  {organization.name}")
    print(f"admin         {arguments.admin}")
    print(f"API key       {key}")
    print("The key is shown this once. It starts with the conservative policy: 5 a minute, 100 an hour, 800 a day.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
