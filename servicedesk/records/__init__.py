"""Ground floor: what every numbered record is made of. Knows no app above it."""
