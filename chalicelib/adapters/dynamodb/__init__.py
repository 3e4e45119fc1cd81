"""The single table: one module per kind of item."""
