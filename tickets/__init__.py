"""Incidents, standard requests and problems. Start reading at transitions.py."""
