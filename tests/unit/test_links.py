"""Where the API is reached, as far as the gateway tells: providers send their events there."""

from __future__ import annotations

import pytest

from chalicelib.entrypoints.http.links import prefix_of


@pytest.mark.parametrize(
    ("path", "route", "prefix"),
    [
        ("/prod/api/instances/ins_1/connect", "/api/instances/{instance_id}/connect", "/prod"),
        ("/api/instances/ins_1/connect", "/api/instances/{instance_id}/connect", ""),
        ("/prod/instances/ins_1/connect", "/instances/{instance_id}/{part}", "/prod"),
        ("/instances/new", "/instances/new", ""),
        ("/wa/v1/instances/new", "/instances/new", "/wa/v1"),
        ("/api/api/instances/x/connect", "/api/instances/{instance_id}/connect", "/api"),
        ("/prod/", "/", "/prod"),
        ("/", "/", ""),
    ],
)
def test_what_stands_before_our_own_paths_is_found(path: str, route: str, prefix: str) -> None:
    """A provider would send its events to an address where nobody listens, and nothing would ever be delivered."""
    assert prefix_of(path, route) == prefix
