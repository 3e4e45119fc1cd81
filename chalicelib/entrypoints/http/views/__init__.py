"""Turns what use cases answer into the shapes of the API, one module per resource."""
