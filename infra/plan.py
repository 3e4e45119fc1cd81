"""Sets how many messages a day an organization's plan allows: `make plan ORG=org_… PER_DAY=… STAGE=…`."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.bootstrap import services
from chalicelib.domain.errors import PortariaError
from infra.deploy import stage_environment
from infra.errors import InfraError

NONE = "none"


def per_day(text: str) -> int | None:
    """Messages in any 24 hours, or ``None`` for ``none``.

    Raises:
        ArgumentTypeError: It is neither a number from 1 on nor ``none``.
    """
    if text == NONE:
        return None
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} must be a number from 1 on, or none")
    return int(text)


def main() -> int:
    """Write the plan; who waits for it is asked about at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organization", required=True, help="the organization's id (org_…)")
    parser.add_argument("--per-day", required=True, type=per_day, help="messages in any 24 hours over all numbers")
    parser.add_argument("--stage", required=True, help="the deployed stage")
    arguments = parser.parse_args()
    try:
        os.environ.update(stage_environment(arguments.stage, boto3.Session()))
        changed = services().onboarding.change_organization(
            arguments.organization, lambda one: replace(one, plan=arguments.per_day)
        )
    except (InfraError, PortariaError, BotoCoreError, ClientError) as error:
        print(f"make plan: {error}", file=sys.stderr)
        return 1
    allowed = "any number of messages" if changed.plan is None else f"{changed.plan} messages in any 24 hours"
    print(f"{changed.id}  {changed.name}: {allowed}, over all its numbers")
    return 0


if __name__ == "__main__":
    sys.exit(main())
