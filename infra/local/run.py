"""`make run`: packages the app and runs all of Portaria on this machine, with no account and no container.

Started again while it runs, it brings the running stack to the present code.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra import deploy, package
from infra.errors import InfraError, run_command
from infra.local import ports, services
from infra.local.demonstration import progress
from infra.local.gateway import apply_gateway_responses
from infra.local.stack import CREDENTIALS, DOMAIN, Seeded, Stack, write_private

STATE = package.ROOT / ".local"
AWS_PORT = 8700
PHONE_PORT = 8701
_NO_RECORDS: dict[str, object] = {"Records": []}
_WARM_EVENTS: dict[str, dict[str, object]] = {
    "api": {  # no route has this path: the application answers before any of its own code runs
        "requestContext": {"resourcePath": "/-warm-", "path": "/-warm-", "httpMethod": "GET", "identity": {}},
        "headers": {},
        "pathParameters": {},
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    },
    "execute": _NO_RECORDS,
}
# A worker starts within seconds, unless the machine has much else to do.
_LONGEST_START = 180
# How many run at once when a person or a small script uses the API: each further one starts when it is needed.
_WARM_WORKERS = {"api": 4, "execute": 2}


def isolate(endpoint: str) -> None:
    """Make this process see the embedded AWS and nothing of the developer's own settings.

    Args:
        endpoint: The embedded AWS.
    """
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(CREDENTIALS, AWS_ENDPOINT_URL=endpoint)


def bring_up(servers: services.Servers, *, demonstration: bool) -> tuple[Stack, Seeded]:
    """Package, deploy, warm and seed on running servers, and tell the world where they are.

    Args:
        servers: They may still be starting.
        demonstration: Whether a new organization gets more than a number; it does so in the background.

    Returns:
        The stack and what was seeded.
    """
    (servers.state_dir / "endpoints.json").unlink(missing_ok=True)
    endpoint = f"http://{ports.HOST}:{servers.aws_port}"
    isolate(endpoint)
    started = time.monotonic()
    _say("packaging ...")
    built = package.build(package.LOCAL, package.BUILD / package.LOCAL)
    _say("starting the embedded AWS and the phone ...")
    services.await_ready(servers)
    _say("deploying ...")
    stack = _deploy(servers, built, endpoint)
    _say("warming up and filling in a demonstration ...")
    seeded = _warm_and_seed(stack)
    _say(f"ready in {time.monotonic() - started:.1f} s")
    stack.save()
    found = {"api": stack.api_url, "panel": stack.panel_url, "phone": stack.phone_url}
    write_private(servers.state_dir / "endpoints.json", found | asdict(seeded))
    _demonstrate(servers.state_dir, wanted=demonstration)
    return stack, seeded


def _deploy(servers: services.Servers, built: package.Package, endpoint: str) -> Stack:
    session = boto3.Session()
    token, phone = services.phone_token(servers.state_dir), f"http://{ports.HOST}:{servers.phone_port}"
    api_url = f"http://{DOMAIN}:{servers.aws_port}/api"
    parameters = {"BridgeUrl": phone, "BridgeAdminToken": token, "ApiUrl": api_url}
    found = deploy.deploy(session, built, parameters, poll_seconds=0.1)
    apply_gateway_responses(session, built.template, found["RestAPIId"], package.LOCAL)
    environment = deploy.stage_environment(package.LOCAL, session)
    return Stack(
        endpoint=endpoint,
        api_url=f"{endpoint}/_aws/execute-api/{found['RestAPIId']}/{package.LOCAL}/api",
        panel_url=f"http://{DOMAIN}:{servers.aws_port}/",
        phone_url=phone,
        phone_admin_token=token,
        table_name=found["TableName"],
        master_secret_id=found["MasterSecretId"],
        environment=environment | CREDENTIALS | {"AWS_ENDPOINT_URL": endpoint},
        state_dir=servers.state_dir,
    )


def _warm_and_seed(stack: Stack) -> Seeded:
    """Start a worker of each function that people wait for, while the demonstration data is made.

    Unpacking the package is what takes time; the workers for receipts and rollups may finish after everything else.
    """
    from infra.local.seed import seed  # noqa: PLC0415 - imports the application, which a failed start does not need

    calls = [(function, event) for function, event in _WARM_EVENTS.items() for _ in range(_WARM_WORKERS[function])]
    with ThreadPoolExecutor(len(calls)) as pool:
        warming = [pool.submit(_invoke, function, event) for function, event in calls]
        seeded = seed(stack)
        for task in warming:
            task.result()
    for function in ("ingest", "project"):
        _invoke(function, _NO_RECORDS, wait=False)
    return seeded


def _demonstrate(state_dir: Path, *, wanted: bool) -> None:
    if progress.noted(state_dir) is None:
        progress.note(state_dir, progress.Progress.BEGUN if wanted else progress.Progress.LEFT_OUT)
        if wanted:
            _say("messages and two more numbers for the demonstration follow within a minute")
            services.tell_demonstration(state_dir)


def _invoke(function: str, event: dict[str, object], *, wait: bool = True) -> None:
    settings = Config(read_timeout=_LONGEST_START, retries={"total_max_attempts": 1})
    client: Any = boto3.Session().client("lambda", config=settings)  # its stubs are not installed
    kind = "RequestResponse" if wait else "Event"
    name, payload = f"portaria-local-{function}", json.dumps(event).encode()
    answer = client.invoke(FunctionName=name, InvocationType=kind, Payload=payload)
    if "FunctionError" in answer:
        text = answer["Payload"].read().decode(errors="replace")
        raise InfraError(f"the function {function} does not start:\n{text}")


def _say(what: str) -> None:
    print(f"  {what}", flush=True)


def announce(stack: Stack, seeded: Seeded) -> None:
    """Print where everything is, and a curl that sends a message."""
    body = (
        '{"target":{"kind":"PHONE","value":"+5511987654321"},"content":{"type":"TEXT","text":"Olá!"},'
        '"purpose":"DISPATCH","origin":"API"}'
    )
    print(f"""
Portaria is running.
  panel  {stack.panel_url}
  API    {stack.short_api_url}
  phone  {stack.phone_url}/

Sign in to the panel: {seeded.email} / {seeded.password}

Send a message (it arrives on the phone's page):
  curl -sS {stack.short_api_url}/message-intents \\
    -H 'Authorization: Bearer {seeded.api_key}' -H 'Content-Type: application/json' \\
    -H "Idempotency-Key: $(date +%s)" \\
    -d '{body}'

Logs: make logs   Everything machines need: {stack.state_dir / "endpoints.json"}""")


def start(state_dir: Path, aws_port: int, phone_port: int) -> tuple[services.Servers, bool]:
    """Find the running servers of a state directory, or start them.

    Returns:
        The servers, and whether they were started now.

    Raises:
        InfraError: If a port is taken.
    """
    found = services.running(state_dir)
    if found:
        return found, False
    ports.require_free({"PORT": aws_port, "PHONE_PORT": phone_port})
    return services.start(state_dir, aws_port, phone_port), True


def watch(servers: services.Servers) -> None:
    """Stay until somebody ends the run or a server ends by itself.

    Raises:
        InfraError: If a server ended.
    """
    while (servers.state_dir / "pids.json").exists():
        if dead := servers.dead():
            if not (servers.state_dir / "pids.json").exists():  # `make stop` from another terminal
                return
            raise services.failed(servers, dead)
        time.sleep(0.5)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _stop_undisturbed(servers: services.Servers) -> None:
    """Stop what was started here, whatever signal comes meanwhile: a second Ctrl-C must not leave it running."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    servers.stop()


def main() -> int:
    """Run the local stack."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.run", description="Run Portaria on this machine.")
    parser.add_argument("--port", type=int, default=AWS_PORT, help="port of the API and the panel")
    parser.add_argument("--phone-port", type=int, default=PHONE_PORT)
    parser.add_argument("--state-dir", type=Path, default=STATE)
    parser.add_argument("--detach", action="store_true", help="return when ready and leave it running")
    parser.add_argument(
        "--without-demonstration", action="store_true", help="give a new state directory one number and no messages"
    )
    options = parser.parse_args()
    state_dir: Path = options.state_dir.resolve()
    state_dir.mkdir(parents=True, exist_ok=True)
    state_dir.chmod(0o700)
    signal.signal(signal.SIGTERM, _interrupt)
    with (state_dir / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InfraError(f"another make run is starting in {state_dir}; wait for it") from error
        servers, ours = start(state_dir, options.port, options.phone_port)
        if not ours:
            print(f"Already running on port {servers.aws_port}: bringing it to the present code.")
        with contextlib.ExitStack() as cleanup:
            if ours:
                cleanup.callback(_stop_undisturbed, servers)
            announce(*bring_up(servers, demonstration=not options.without_demonstration))
            if options.detach or not ours:
                cleanup.pop_all()
                print("It stays running; stop it with: make stop")
                return 0
            fcntl.flock(lock, fcntl.LOCK_UN)
            print("Ctrl-C stops it.", flush=True)
            with contextlib.suppress(KeyboardInterrupt):
                watch(servers)
            print("\nStopping ...", flush=True)
    return 0


if __name__ == "__main__":
    run_command(main)
