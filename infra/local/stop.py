"""`make stop`: ends exactly the processes that `make run` started, and their workers."""

from __future__ import annotations

import argparse
from pathlib import Path

from infra.errors import run_command
from infra.local import services
from infra.local.run import STATE


def main() -> int:
    """Stop the local stack of a state directory."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.stop", description="Stop the local stack.")
    parser.add_argument("--state-dir", type=Path, default=STATE)
    servers = services.remembered(parser.parse_args().state_dir.resolve())
    if servers is None:
        print("Nothing is running.")
        return 0
    servers.stop()
    print("Stopped. Its data is kept; make run continues with it.")
    return 0


if __name__ == "__main__":
    run_command(main)
