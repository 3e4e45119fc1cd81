"""The rows, one module for each thing that is set up once."""
