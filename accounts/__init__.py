"""People, organizations, roles and sign-in."""
