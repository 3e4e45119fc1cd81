"""In-memory ports: no threads, no clock of their own; they pass the same contract suites as the real adapters."""
