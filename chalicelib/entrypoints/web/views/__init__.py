"""What pages show, made of what use cases answer."""
