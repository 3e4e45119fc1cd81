"""Puts a packaged stage on an AWS by CloudFormation; the local stack and `make deploy` use the same functions.

`python -m infra.deploy --stage prod --bucket NAME --parameters "BridgeUrl=https://... BridgeAdminToken=@file"`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra import package
from infra.errors import InfraError, run_command

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef
    from mypy_boto3_s3 import S3Client

_WAIT = {"Delay": 5, "MaxAttempts": 360}
_NOTHING_TO_DO = ("didn't contain changes", "No updates are to be performed")


def stack_name(stage: str) -> str:
    """Name the CloudFormation stack of a stage."""
    return f"portaria-{stage}"


def deploy(
    session: boto3.Session,
    built: package.Package,
    parameters: Mapping[str, str],
    *,
    bucket: str | None = None,
    poll_seconds: float = 5,
) -> dict[str, str]:
    """Upload a package and bring its stage's stack to it, by a change set.

    Args:
        session: Names the account and the region.
        built: What `infra.package.build` made.
        parameters: Values of the template's parameters; one that is missing keeps its deployed value.
        bucket: Deployment bucket; by default `portaria-<stage>-<account>-<region>`, created when missing.
        poll_seconds: Pause between two looks at CloudFormation.

    Returns:
        The stack's outputs.

    Raises:
        InfraError: If a parameter is missing or CloudFormation fails; with the resources' own reasons.
    """
    cloudformation = session.client("cloudformation")
    name = stack_name(built.stage)
    deployed = _deployed_parameters(cloudformation, name)
    values = _parameters(json.loads(built.template.read_text())["Parameters"], parameters, deployed)
    kind = "CREATE" if deployed is None else "UPDATE"
    place = bucket or _default_bucket(session, built.stage)
    template = _upload(session.client("s3"), built, place, create=bucket is None, region=session.region_name)
    change_set = f"portaria-{time.time_ns()}"
    cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=change_set,
        ChangeSetType="CREATE" if kind == "CREATE" else "UPDATE",
        TemplateURL=template,
        Parameters=values,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    waiting = {**_WAIT, "Delay": poll_seconds}
    if _await_change_set(cloudformation, name, change_set, waiting):
        cloudformation.execute_change_set(StackName=name, ChangeSetName=change_set)
        _await_stack(cloudformation, name, kind, waiting)
    return outputs(session, built.stage)


def outputs(session: boto3.Session, stage: str) -> dict[str, str]:
    """Read the outputs of a deployed stage.

    Args:
        session: Names the account and the region.
        stage: Name of the stage.

    Returns:
        Output values by output key.

    Raises:
        InfraError: If the stage is not deployed there.
    """
    try:
        found = session.client("cloudformation").describe_stacks(StackName=stack_name(stage))["Stacks"][0]
    except ClientError as error:
        raise InfraError(f"stage {stage} is not deployed in {session.region_name}: {error}") from error
    return {item["OutputKey"]: item["OutputValue"] for item in found.get("Outputs", [])}


def stage_environment(stage: str, session: boto3.Session) -> dict[str, str]:
    """Give the environment variables that a deployed stage's functions get, to run chalicelib elsewhere.

    Args:
        stage: Name of the stage.
        session: Names the account and the region; needs lambda:GetFunctionConfiguration on the API function.

    Returns:
        Names and values, as deployed.

    Raises:
        InfraError: If the stage is not deployed there.
    """
    name = outputs(session, stage)["APIHandlerName"]
    configuration = session.client("lambda").get_function_configuration(FunctionName=name)
    return dict(configuration["Environment"]["Variables"])


def _default_bucket(session: boto3.Session, stage: str) -> str:
    account = session.client("sts").get_caller_identity()["Account"]
    return f"portaria-{stage}-{account}-{session.region_name}"


def _upload(s3: S3Client, built: package.Package, bucket: str, *, create: bool, region: str) -> str:
    """Upload code and template under names made of their content, and return the template's URL."""
    if create:
        _ensure_bucket(s3, bucket, region)
    code_key = f"code/{_sha256(built.code.read_bytes())}.zip"
    _put_once(s3, bucket, code_key, built.code.read_bytes())
    template = json.loads(built.template.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = f"s3://{bucket}/{code_key}"
    text = json.dumps(template, sort_keys=True).encode()
    template_key = f"template/{_sha256(text)}.json"
    _put_once(s3, bucket, template_key, text)
    return s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": template_key}).split("?")[0]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _ensure_bucket(s3: S3Client, bucket: str, region: str) -> None:
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise
        if region == "us-east-1":  # the one region that must not be named
            s3.create_bucket(Bucket=bucket)
        else:
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})  # type: ignore[typeddict-item]
        closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))  # type: ignore[arg-type]


def _put_once(s3: S3Client, bucket: str, key: str, content: bytes) -> None:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchKey"}:
            raise
        s3.put_object(Bucket=bucket, Key=key, Body=content)


def _deployed_parameters(cloudformation: CloudFormationClient, name: str) -> set[str] | None:
    """Name the parameters the stack has, or None when it must be created."""
    try:
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    if stack["StackStatus"] == "REVIEW_IN_PROGRESS":
        return None
    return {item["ParameterKey"] for item in stack.get("Parameters", [])}


def _parameters(
    declared: Mapping[str, Mapping[str, object]], given: Mapping[str, str], deployed: set[str] | None
) -> list[ParameterTypeDef]:
    unknown = sorted(set(given) - set(declared))
    if unknown:
        raise InfraError(f"the template has no parameter {unknown[0]}; it has {', '.join(sorted(declared))}")
    kept = (deployed or set()) - set(given) - {"Stage"}
    missing = [key for key, entry in declared.items() if "Default" not in entry and key not in kept | set(given)]
    if missing:
        raise InfraError(f'parameters missing: repeat with PARAMS="{" ".join(f"{key}=..." for key in missing)}"')
    values: list[ParameterTypeDef] = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    return values + [{"ParameterKey": key, "UsePreviousValue": True} for key in sorted(kept & set(declared))]


def _await_change_set(
    cloudformation: CloudFormationClient, stack: str, name: str, waiting: Mapping[str, float]
) -> bool:
    """Wait for a change set; False when there is nothing to change."""
    try:
        waiter = cloudformation.get_waiter("change_set_create_complete")
        waiter.wait(StackName=stack, ChangeSetName=name, WaiterConfig=dict(waiting))  # type: ignore[arg-type]
    except WaiterError as error:
        found = cloudformation.describe_change_set(StackName=stack, ChangeSetName=name)
        reason = found.get("StatusReason", "")
        cloudformation.delete_change_set(StackName=stack, ChangeSetName=name)
        if any(text in reason for text in _NOTHING_TO_DO):
            return False
        raise InfraError(f"CloudFormation refused the template: {reason}") from error
    return True


def _await_stack(cloudformation: CloudFormationClient, name: str, kind: str, waiting: Mapping[str, float]) -> None:
    waiter = (
        cloudformation.get_waiter("stack_create_complete")
        if kind == "CREATE"
        else cloudformation.get_waiter("stack_update_complete")
    )
    try:
        waiter.wait(StackName=name, WaiterConfig=dict(waiting))  # type: ignore[arg-type]
    except WaiterError as error:
        raise InfraError(f"CloudFormation failed:\n{_failures(cloudformation, name)}") from error


def _failures(cloudformation: CloudFormationClient, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    lines = [f"  {event['LogicalResourceId']}: {event.get('ResourceStatusReason', '?')}" for event in failed[:10]]
    return "\n".join(reversed(lines)) or "  no event says why"


def parse_parameters(text: str) -> dict[str, str]:
    """Read `Name=value Name=@file` into a mapping; `@file` keeps a secret out of the shell's history.

    Args:
        text: Pairs between blanks.

    Returns:
        Values by name.

    Raises:
        InfraError: If a pair has no `=`, or its file cannot be read.
    """
    values = {}
    for pair in text.split():
        name, equals, value = pair.partition("=")
        if not equals or not re.fullmatch(r"\w+", name):
            raise InfraError(f"PARAMS must be Name=value pairs; {name!r} is none")
        try:
            values[name] = Path(value[1:]).read_text().strip() if value.startswith("@") else value
        except OSError as error:
            raise InfraError(f"cannot read the value of {name}: {error}") from error
    return values


def main(arguments: Sequence[str] | None = None) -> int:
    """Package and deploy the stage named on the command line, and print its outputs."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description="Package and deploy a cloud stage.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--bucket", help="deployment bucket (default: portaria-<stage>-<account>-<region>, created)")
    parser.add_argument("--parameters", default="", help='"BridgeUrl=... BridgeAdminToken=@file"')
    options = parser.parse_args(arguments)
    if options.stage == package.LOCAL:
        raise InfraError("the stage `local` is what `make run` starts; deploy needs another name, for example prod")
    given = parse_parameters(options.parameters)
    session = boto3.Session()
    if session.region_name is None:
        raise InfraError("no AWS region: set AWS_REGION or choose a profile with AWS_PROFILE")
    built = package.build(options.stage, package.BUILD / options.stage)
    print(f"Deploying {stack_name(options.stage)} to {session.region_name} ({built.size_mb:.1f} MB) ...", flush=True)
    try:
        found = deploy(session, built, given, bucket=options.bucket or None)
    except (BotoCoreError, ClientError) as error:
        raise InfraError(f"AWS refused: {error}") from error
    for key, value in sorted(found.items()):
        print(f"  {key} = {value}")
    return 0


if __name__ == "__main__":
    run_command(main)
