"""All routes of the API, by resource: a new resource is added here, and ``app.py`` registers what it finds."""

from __future__ import annotations

from chalicelib.entrypoints.http import (
    batches,
    campaigns,
    contacts,
    dead_letters,
    health,
    instance_controls,
    instance_sessions,
    instances,
    message_intents,
    metrics,
    operations,
    organization,
    policy,
    simulations,
    webhooks,
)

API = (
    message_intents.routes,
    batches.routes,
    campaigns.routes,
    contacts.routes,
    organization.routes,
    operations.routes,
    dead_letters.routes,
    metrics.routes,
    policy.routes,
    simulations.routes,
    instances.routes,
    instance_sessions.routes,
    instance_controls.routes,
    webhooks.routes,
    health.routes,
)
