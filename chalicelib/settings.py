"""What a deployment decides: read from the environment once, when something first needs it."""

from __future__ import annotations

import os
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Settings(BaseModel):
    """The function's environment, validated. Every field is an environment variable in capitals."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stage: str = Field(min_length=1, description="Name of the stage, also the first part of every path.")
    table_name: str = Field(min_length=1, description="The DynamoDB table.")
    gate_queue_url: str = Field(min_length=1, description="The queue of questions to the Gate.")
    execution_queue_enabled: bool = Field(description="Whether approvals are sent; without, they are only decided.")
    execution_queue_url: str = Field(min_length=1, description="The queue between the Gate and the engine.")
    provider_events_queue_url: str = Field(min_length=1, description="The queue of pointers to raw provider events.")
    gate_dead_letters_url: str = Field(min_length=1, description="The dead letters of the gate queue.")
    execution_dead_letters_url: str = Field(min_length=1, description="The dead letters of the execution queue.")
    provider_events_dead_letters_url: str = Field(min_length=1, description="The dead letters of the provider events.")
    projection_dead_letters_url: str = Field(
        min_length=1, description="The queue of stream records that could not be counted."
    )
    master_secret_id: str = Field(min_length=1, description="The secret that every other secret is derived from.")
    bridge_secret_id: str = Field(min_length=1, description="The secret that holds the bridge's admin token.")
    user_pool_id: str = Field(min_length=1, description="The Cognito user pool: who may sign in to the panel.")
    user_pool_client_id: str = Field(min_length=1, description="The pool's app client, by which people sign in.")
    bridge_url: str = Field(pattern=r"^https?://", description="Where the whatsmeow bridge listens.")
    api_url: str = Field(
        pattern=r"^(gateway|https?://.+/api)$",
        description="Where this API is reached from outside, ending in /api; 'gateway': where the gateway received it.",
    )
    send_timeout_seconds: Seconds = Field(description="Longest wait for a provider's answer to a send.")
    lease_margin_seconds: Seconds = Field(description="How long a claim outlives the function's deadline.")


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        pydantic.ValidationError: A variable is missing or makes no sense; the error names each.
    """
    known = {name: os.environ[name.upper()] for name in Settings.model_fields if name.upper() in os.environ}
    return Settings.model_validate(known)
