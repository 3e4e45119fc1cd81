"""Where requests and events come in: shape in, use case, shape out."""
