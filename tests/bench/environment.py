"""What the functions are told when they are measured."""

from __future__ import annotations

from chalicelib.settings import Settings
from infra.local.stack import CREDENTIALS, REGION


def environment(**places: str) -> dict[str, str]:
    """A complete environment in which everything leads nowhere but ``places``, by the variables' names."""
    nowhere = {name.upper(): "http://127.0.0.1:9/api" for name in Settings.model_fields}
    settings = {"SEND_TIMEOUT_SECONDS": "30", "LEASE_MARGIN_SECONDS": "5", "EXECUTION_QUEUE_ENABLED": "true"}
    powertools = {"POWERTOOLS_METRICS_NAMESPACE": "Portaria", "POWERTOOLS_SERVICE_NAME": "bench"}
    return CREDENTIALS | {"AWS_DEFAULT_REGION": REGION} | nowhere | settings | powertools | places
