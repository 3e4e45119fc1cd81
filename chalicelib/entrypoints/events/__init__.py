"""Queues and schedules: what a Lambda event carries, handed to a use case."""
