"""The composition root: the only place that knows which adapter stands behind which port."""

from __future__ import annotations

from functools import lru_cache

from chalicelib.bootstrap.services import Services
from chalicelib.settings import read_settings

__all__ = ["Services", "services"]


@lru_cache(maxsize=1)
def services() -> Services:
    """The use cases of this process."""
    return Services(read_settings())
