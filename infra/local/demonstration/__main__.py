"""Tells the demonstration's story on a running stack: ``python -m infra.local.demonstration --state-dir DIR``."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from chalicelib.application.onboarding import key_digest
from infra.errors import InfraError, run_command
from infra.local.demonstration.progress import Progress, note
from infra.local.demonstration.story import Story
from infra.local.seed import operator_of, services_of
from infra.local.stack import Stack


def main() -> int:
    """Tell it, and say in its log how long that took."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.demonstration")
    parser.add_argument("--state-dir", type=Path, required=True)
    state_dir: Path = parser.parse_args().state_dir
    started = time.monotonic()
    stack = Stack.load(state_dir)
    services, demo = services_of(stack), json.loads((state_dir / "demo.json").read_text())
    key = services.directory.key(key_digest(demo["api_key"]))
    if key is None:
        raise InfraError("the demonstration organization is not known any more")
    client, operator = f"client {key.id}", f"operator {operator_of(services)}"
    Story(services, stack, key.organization_id, demo["instance_id"], client, operator).tell()
    note(state_dir, Progress.TOLD)
    print(f"told in {time.monotonic() - started:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    run_command(main)
