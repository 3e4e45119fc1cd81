"""The HTTP API: blueprints, schemas, problems."""
