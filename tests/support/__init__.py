"""Real things for tests that cross processes: a mail server, workers, a scheduler, a web server.

Nothing here is a stand-in for a part of ours. ``fixtures.py`` holds the fixtures; a conftest
imports the ones it hands out.
"""
