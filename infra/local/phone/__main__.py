"""Runs the local phone from a shell: ``python -m infra.local.phone --state DIR --admin-token TOKEN``."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from infra.local.phone.server import LocalPhone, PhoneStartError


def main(arguments: list[str]) -> int:
    """Runs the phone until it is told to end; returns the exit code, 2 when it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.phone", description="The local phone.")
    parser.add_argument("--port", type=int, default=8701)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--state", type=Path, required=True, help="folder for users, sessions and messages")
    parser.add_argument("--admin-token", required=True)
    options = parser.parse_args(arguments)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    phone = LocalPhone(state=options.state, admin_token=options.admin_token, host=options.host, port=options.port)
    try:
        phone.start()
    except PhoneStartError as error:
        print(f"local phone: {error}", file=sys.stderr)
        return 2
    print(f"local phone: {phone.url}", flush=True)
    ended.wait()
    phone.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
