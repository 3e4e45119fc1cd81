"""The shapes of the API, one module per resource. Imported inside the views: phone tables are slow to load."""
