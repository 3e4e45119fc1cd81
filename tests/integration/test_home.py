"""The address people open first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest

import app as portaria
from tests.integration.gateway import Gateway

if TYPE_CHECKING:
    from tests.integration.house import House


def opened(path: str) -> Any:  # noqa: ANN401 - what Lambda answers
    """What the application answers when the gateway was asked for its root at this path."""
    context = {"resourcePath": "/", "path": path, "httpMethod": "GET", "identity": {}}
    nothing: dict[str, Any] = {
        "headers": {},
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
    }
    return Gateway(portaria.app)({"requestContext": context, "body": None, **nothing}, None)


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/", "/overview"),
        ("/prod", "/prod/overview"),
        ("/prod/", "/prod/overview"),
        ("/on/our/domain", "/on/our/domain/overview"),
    ],
)
def test_the_root_leads_to_the_first_page(house: House, asked: str, leads_to: str) -> None:
    """The panel lives below a stage, or at the root of a domain: one lost prefix and nobody gets in."""
    del house
    answer = opened(asked)
    assert answer["statusCode"] == 303
    assert urljoin(f"https://gateway{asked}", answer["headers"]["Location"]) == f"https://gateway{leads_to}"
