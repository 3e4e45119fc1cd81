"""Runs the local phone from a shell: ``python -m infra.local.phone --state DIR --admin-token TOKEN``."""

import argparse
import os
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
    parser.add_argument("--admin-token", default=os.environ.get("PHONE_ADMIN_TOKEN"), help="or PHONE_ADMIN_TOKEN")
    options = parser.parse_args(arguments)
    if not options.admin_token:
        parser.error("an admin token is needed: --admin-token, or PHONE_ADMIN_TOKEN in the environment")
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
