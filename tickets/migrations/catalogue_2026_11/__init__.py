"""The catalogue as the portal began with it (DOMAIN, Standard service requests): data for migration 0011."""

from tickets.migrations.catalogue_2026_11 import configuration, data, environments, issues, people

TEAMS = [
    ("service-desk", "Service Desk", "Centre de services"),
    ("mdmr-operations", "MDM/R operations", "Exploitation du MDM/R"),
    ("data-billing", "Data and billing", "Données et facturation"),
    ("environments", "Environments", "Environnements"),
]
"""Slug, name, name in French."""

ITEMS = [*issues.ITEMS, *people.ITEMS, *configuration.ITEMS, *data.ITEMS, *environments.ITEMS]
"""In the order in which they are offered under their choice."""
