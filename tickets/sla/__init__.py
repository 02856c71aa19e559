"""Service levels: calendars, clocks and promises. Pure except for promises.py."""
