"""What the ports mean on real services: AWS, HTTP, the machine's clock."""
