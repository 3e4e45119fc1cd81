"""Portaria's table of contents: the API, the pages and every event handler, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalice.app import Chalice, CloudWatchEvent, DynamoDBEvent, Rate, SQSEvent

from chalicelib.entrypoints.events import execution, ingestion, questions, stream
from chalicelib.entrypoints.events import sweep as sweeping
from chalicelib.entrypoints.http.routes import API
from chalicelib.entrypoints.invocation import around
from chalicelib.entrypoints.web.routes import PAGES

if TYPE_CHECKING:
    from chalicelib.entrypoints.events.batch_response import BatchResponse
    from chalicelib.entrypoints.events.stream import WindowResponse

app = Chalice(app_name="portaria")
app.register_middleware(around)
for blueprint in (*API, *PAGES):
    app.register_blueprint(blueprint)


# Event handlers must live here: in a blueprint they would bypass this file and its middleware.
# infra/resources.yaml names queues and stream; a name given here would end up in the template beside its own.
SET_BY_TEMPLATE = "arn:aws:sqs:us-east-1:000000000000:set-by-template"


@app.on_sqs_message(queue_arn=SET_BY_TEMPLATE, batch_size=10)
def gate(event: SQSEvent) -> BatchResponse:
    """Decide what waits."""
    return questions.gate(event)


@app.on_sqs_message(queue_arn=SET_BY_TEMPLATE, batch_size=100)
def execute(event: SQSEvent) -> BatchResponse:
    """Send approved intents."""
    return execution.execute(event)


@app.on_sqs_message(queue_arn=SET_BY_TEMPLATE, batch_size=10)
def ingest(event: SQSEvent) -> BatchResponse:
    """Take in what providers reported."""
    return ingestion.ingest(event)


@app.schedule(Rate(1, unit=Rate.MINUTES))
def sweep(event: CloudWatchEvent) -> None:
    """Find what is due, lost or waiting."""
    sweeping.sweep(event)


@app.on_dynamodb_record(stream_arn=SET_BY_TEMPLATE, starting_position="TRIM_HORIZON")
def project(event: DynamoDBEvent) -> WindowResponse:
    """Count by the hour what happened."""
    return stream.project(event)
