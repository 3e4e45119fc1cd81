"""What a running local stack tells those who work with it: seeding, tests, the browser, a curl."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local import processes

if TYPE_CHECKING:
    from collections.abc import Mapping

DOMAIN = "portaria.localhost"
REGION = "us-east-1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": REGION,
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
"""What the embedded AWS is called with. It checks no key; a developer's own never reaches it."""


@dataclass(frozen=True)
class Stack:
    """A running local stack.

    Attributes:
        endpoint: The embedded AWS, `http://127.0.0.1:PORT`: the endpoint of every boto3 client.
        api_url: Base address of the API, ending in `/api`, that any HTTP client resolves. It changes when a route is
            added (the embedded gateway makes a new API), so read it again after a redeployment.
        panel_url: The panel, by the short name that browsers and curl resolve.
        phone_url: Base address of the phone, which is also the whatsmeow bridge.
        phone_admin_token: The bridge's admin token.
        table_name: The table.
        master_secret_id: The secret whose value every other key is derived from.
        environment: The environment variables the functions get, with what boto3 needs to reach the embedded AWS.
        state_dir: Directory of everything the stack keeps between runs; not readable by others.
    """

    endpoint: str
    api_url: str
    panel_url: str
    phone_url: str
    phone_admin_token: str
    table_name: str
    master_secret_id: str
    environment: Mapping[str, str]
    state_dir: Path

    @property
    def short_api_url(self) -> str:
        """The API by its short name, for people: browsers and curl resolve it, Python's resolver may not."""
        return f"{self.panel_url}api"

    def save(self) -> None:
        """Keep the description in the state directory, for `load`."""
        write_private(self.state_dir / "stack.json", asdict(self) | {"state_dir": str(self.state_dir)})

    @classmethod
    def load(cls, state_dir: Path) -> Stack:
        """Read the description of the stack that was last made ready in a state directory.

        Raises:
            FileNotFoundError: If none was.
        """
        kept = json.loads((state_dir / "stack.json").read_text())
        return cls(**kept | {"state_dir": Path(kept["state_dir"])})

    def worker_pids(self, function: str) -> list[int]:
        """List this stack's worker processes of a function, by its short name (`api`, `execute`, ...)."""
        return worker_pids(f"portaria-local-{function}", self.state_dir)


@dataclass(frozen=True)
class Seeded:
    """What seeding made, or found made.

    Attributes:
        api_key: A key of the demonstration organization, for the printed curl and for tests.
        instance_id: Its instance, connected to the phone.
        email: Its admin, who can sign in to the panel.
        password: The admin's.
    """

    api_key: str
    instance_id: str
    email: str
    password: str


def worker_pids(function_name: str, state_dir: Path | None = None) -> list[int]:
    """List the processes that run a Lambda function of an embedded AWS.

    The embedded AWS starts one Python process per concurrent invocation, on a script in a directory that carries the
    function's name: `<scratch>/ministack-lambda-<function>-<random>/_worker.py`. Killing one is what a crash in the
    middle of an invocation is.

    Args:
        function_name: Deployed name, `portaria-local-execute` for example.
        state_dir: Only the workers of the stack with this state directory; by default those of all.

    Returns:
        Process ids, oldest first as far as ids tell.
    """
    base = f"{state_dir.resolve()}/scratch/" if state_dir else ""
    mark = f"{base}ministack-lambda-{function_name}-"
    found = processes.table().values()
    return sorted(one.pid for one in found if mark in one.command and one.command.endswith("/_worker.py"))


def write_private(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON that only this user may read, at once and complete."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=1)
        file.write("\n")
    unfinished.replace(path)
