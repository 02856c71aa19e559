"""A large database, and how long the pages take on it. ``make bench`` starts here."""
