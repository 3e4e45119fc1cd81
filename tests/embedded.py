"""The embedded AWS with nothing but its DynamoDB and our table: where several write at once, and answers are exact."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3

from infra.local.ports import HOST, free_port
from infra.local.services import ROOT
from infra.local.stack import CREDENTIALS, REGION
from tests import aws

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient

_READY_SECONDS = 30.0


@contextmanager
def dynamodb(directory: Path) -> Iterator[str]:
    """An empty table on a server of its own.

    Args:
        directory: Where the server keeps its scratch files.

    Yields:
        The server's address, for every client's ``endpoint_url``.
    """
    port = free_port()
    with (directory / "embedded.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            cwd=ROOT,
            env=_environment(directory, port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    endpoint = f"http://{HOST}:{port}"
    try:
        _await(server, port)
        aws.create_table(client(endpoint))
        yield endpoint
    finally:
        server.kill()
        server.wait()


def client(endpoint: str) -> DynamoDBClient:
    """A client of it, in the region in which every function of ours finds the table."""
    session = boto3.session.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    return session.client("dynamodb", endpoint_url=endpoint)


def _environment(directory: Path, port: int) -> dict[str, str]:
    places = {"PATH": os.environ["PATH"], "HOME": str(directory), "TMPDIR": str(directory)}
    switches = {"SERVICES": "dynamodb", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0", "LOG_LEVEL": "WARNING"}
    server = {"BIND_HOST": HOST, "GATEWAY_PORT": str(port), "MINISTACK_REGION": REGION}
    return places | CREDENTIALS | switches | server | {"DOCKER_HOST": f"unix://{directory}/no-docker"}


def _await(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/_ministack/ready")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise RuntimeError("the embedded AWS does not start; its words are in embedded.log")
