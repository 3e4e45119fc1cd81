"""AWS Secrets Manager: read once per process."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class SecretStore:
    """Reads secret strings and keeps them for the life of the process."""

    def __init__(self, client: SecretsManagerClient) -> None:
        self._client = client
        self._known: dict[str, str] = {}

    def read(self, secret_id: str) -> str:
        """The secret's string value."""
        if secret_id not in self._known:
            self._known[secret_id] = self._client.get_secret_value(SecretId=secret_id)["SecretString"]
        return self._known[secret_id]
