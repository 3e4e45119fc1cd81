"""`make logs`: follows what the functions, the embedded AWS and the phone write."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import boto3

from infra.errors import InfraError, run_command
from infra.local import ports, services
from infra.local.run import STATE, isolate

_NOISE = ("START RequestId", "END RequestId", "REPORT RequestId", '{"_aws":')  # the last: metrics
_FIRST_SECONDS = 600
_LAST_LINES = 20


class Follower:
    """Remembers what of each log was shown.

    Attributes:
        state_dir: The stack's state directory.
    """

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        self._client: Any = boto3.Session().client("logs")  # its stubs are not installed: only this program reads logs
        self._since = int((time.time() - _FIRST_SECONDS) * 1000)
        self._seen: set[str] = set()
        self._offsets: dict[Path, int] = {}

    def functions(self) -> None:
        """Print what the functions wrote since the last look."""
        groups = self._client.describe_log_groups(logGroupNamePrefix="/aws/lambda/portaria-local-")["logGroups"]
        for group in groups:
            name = group["logGroupName"]
            found = self._client.filter_log_events(logGroupName=name, startTime=self._since)["events"]
            for event in found:
                mark = f"{event['timestamp']} {event['logStreamName']} {event['message']}"
                if mark not in self._seen and not event["message"].startswith(_NOISE):
                    print(f"{name.rpartition('-')[2]:8} {event['message'].rstrip()}", flush=True)
                self._seen.add(mark)

    def servers(self) -> None:
        """Print what the servers wrote since the last look."""
        for path in sorted((self.state_dir / "logs").glob("*.log")):
            lines = path.read_text(errors="replace").splitlines()
            for line in lines[self._offsets.get(path, max(0, len(lines) - _LAST_LINES)) :]:
                if not line.startswith(_NOISE):
                    print(f"{path.stem:8} {line}", flush=True)
            self._offsets[path] = len(lines)


def main() -> int:
    """Follow the logs of a state directory until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.logs", description="Follow the local stack's logs.")
    parser.add_argument("--state-dir", type=Path, default=STATE)
    parser.add_argument("--once", action="store_true", help="print what there is and return")
    options = parser.parse_args()
    servers = services.remembered(options.state_dir.resolve())
    if servers is None:
        raise InfraError(f"nothing is running; the servers' last logs are in {options.state_dir / 'logs'}")
    isolate(f"http://{ports.HOST}:{servers.aws_port}")
    follower = Follower(servers.state_dir)
    while True:
        follower.servers()
        follower.functions()
        if options.once or servers.dead():
            return 0
        time.sleep(1.0)


if __name__ == "__main__":
    run_command(main)
