"""The desk's workspace: how lists are asked for, looked at, kept and refreshed."""
