"""The use cases: what Portaria does, told in the words of the domain, through ports."""
