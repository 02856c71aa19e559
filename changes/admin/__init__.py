"""Changes in Django admin: their configuration to edit, what happened to look at."""

from changes.admin import deciding, mechanisms, rfc, schedule  # the pages register themselves

__all__ = ["deciding", "mechanisms", "rfc", "schedule"]
