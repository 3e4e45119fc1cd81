"""What is deployed: how large it is, and how long it takes to get ready, beside what nobody could do without."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from infra import package
from tests.bench.environment import environment
from tests.bench.metric import Metric, row

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAIRS = 15
_MEGABYTE = 1_000_000
_BEGIN = "import sys; sys.path.insert(0, sys.argv[1])"
# What a bare function of this kind has: the framework, one client of AWS, models, logs and metrics.
_BARE = """
import boto3, chalice, pydantic
from aws_lambda_powertools import Logger, Metrics
chalice.Chalice(app_name="bare"), boto3.client("dynamodb"), Logger(), Metrics()
"""
_EXECUTE = """
import app
from chalicelib.bootstrap import services
services().execution
"""
_API = """
import app
from chalicelib.bootstrap import services
services().intake, services().queries
"""
# The processor time of the whole process: in Lambda it is what an init waits for.
_END = "import time; print(time.process_time())"


@row(Metric("package_mb", "MB", 12))
def size() -> Iterator[float]:
    """The zip that is uploaded."""
    yield package.build("prod", package.BUILD / "prod").code.stat().st_size / _MEGABYTE


@row(Metric("init_over_floor_execute", "x", 1.25), Metric("init_over_floor_api", "x", 1.5))
def init() -> Iterator[float]:
    """Processes that have just started, until their first work can begin, in pairs with a bare function."""
    with TemporaryDirectory() as directory:
        with zipfile.ZipFile(package.build(package.LOCAL, package.BUILD / package.LOCAL).code) as archive:
            archive.extractall(directory)
        rounds = [[_ready(directory, code) for code in (_BARE, _EXECUTE, _API)] for _ in range(_PAIRS)]
    yield median(execute / bare for bare, execute, _ in rounds)
    yield median(api / bare for bare, _, api in rounds)


def _ready(directory: str, code: str) -> float:
    """Processor seconds until it is ready; nothing is compiled, as in Lambda, which cannot write."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-I", "-S", "-B", "-c", f"{_BEGIN}\n{code}\n{_END}", directory],
        env=environment(),
        cwd="/",
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout.splitlines()[-1])
