"""What every test may use. The servers are started in tests/servers.py."""
