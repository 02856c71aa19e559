"""Business-continuity plans, events, bulletins and acknowledgements."""
