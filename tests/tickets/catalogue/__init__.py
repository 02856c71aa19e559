"""The service catalogue and its forms."""
