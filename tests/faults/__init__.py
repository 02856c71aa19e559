"""Processes are killed and servers go away, and nothing is lost."""
