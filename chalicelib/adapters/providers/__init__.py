"""Providers: each an island that knows nothing of the others."""
