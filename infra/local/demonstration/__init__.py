"""A shop's day on the demonstration organization, told once per state directory after `make run` is ready."""
