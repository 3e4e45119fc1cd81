"""What the first pages weigh on the way to the browser."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from infra.web import build
from tests.browser.visiting import ADMIN, VISITOR

if TYPE_CHECKING:
    from playwright.sync_api import Response

    from tests.browser.visiting import Visits

pytestmark = pytest.mark.e2e

_MOST = 60_000


def _weight(answer: Response, least: int) -> int:
    """Bytes of an answer as the cloud's gateway would send it: it compresses bodies from a certain size on."""
    body = answer.body()
    sent = gzip.compress(body, 6) if len(body) >= least else body
    return len(sent) + int(answer.request.sizes()["responseHeadersSize"])


@pytest.mark.parametrize(("who", "path"), [(VISITOR, "sign-in"), (ADMIN, "overview")])
def test_a_first_page_weighs_sixty_kilobytes_at_most(visit: Visits, who: str, path: str) -> None:
    """On a phone at the edge of the network the panel would not appear."""
    config = json.loads((build.ROOT / ".chalice" / "config.json").read_text())
    tab = visit(who)
    answers: list[Response] = []
    tab.page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright takes functions only
    tab.open(path)
    tab.page.wait_for_load_state("networkidle")
    weights = {one.url.removeprefix(tab.base): _weight(one, config["minimum_compression_size"]) for one in answers}
    print(f"{path}: {sum(weights.values())} bytes: {weights}")  # noqa: T201 - the figure, for whoever reads the log
    assert len(weights) >= 5
    assert sum(weights.values()) <= _MOST
