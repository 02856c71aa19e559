"""Merging tickets, splitting them: who may, what would come of it, what the pages show."""
