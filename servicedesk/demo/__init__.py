"""Fictional people and tickets for the demo. Stands above every app, beside the urls."""
