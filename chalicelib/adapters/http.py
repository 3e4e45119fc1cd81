"""The one HTTP client for providers: explicit time limits, no redirects, no hidden retries."""

from __future__ import annotations

import urllib3


def http_pool(connect_seconds: float, read_seconds: float, connections: int) -> urllib3.PoolManager:
    """A pool that makes each call exactly once.

    Args:
        connect_seconds: Time limit for the connection.
        read_seconds: Time limit between bytes of the answer.
        connections: How many connections per host are kept.
    """
    return urllib3.PoolManager(
        maxsize=connections,
        retries=False,
        timeout=urllib3.Timeout(connect=connect_seconds, read=read_seconds),
    )
