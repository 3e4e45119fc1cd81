"""What no engine can do without: the same calls of AWS and of the bridge with prepared bodies, and nothing else."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import urllib3
from botocore import xform_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.client import BaseClient
    from botocore.model import OperationModel

_PREPARED = "provide-client-params"


@dataclass(frozen=True)
class Floor:
    """Calls that were made once, ready to be made again."""

    calls: list[Callable[[], object]] = field(default_factory=list)

    def run(self) -> None:
        """Make all of them again, one after the other: threads would only add to what they cost."""
        for call in self.calls:
            call()


@contextmanager
def noted(client: BaseClient) -> Iterator[Floor]:
    """Note every call that a client of AWS makes meanwhile, and every one that goes to the bridge."""
    floor, request = Floor(), urllib3.PoolManager.request

    def ask_aws(params: dict[str, Any], model: OperationModel, **_: object) -> None:
        floor.calls.append(partial(getattr(client, xform_name(model.name)), **params))

    def ask_bridge(*arguments: Any, **options: Any) -> urllib3.BaseHTTPResponse:  # noqa: ANN401 - urllib3's own
        floor.calls.append(partial(request, *arguments, **options))
        return request(*arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urllib3.PoolManager, "request", ask_bridge)
        client.meta.events.register(_PREPARED, ask_aws)
        try:
            yield floor
        finally:
            client.meta.events.unregister(_PREPARED, ask_aws)
