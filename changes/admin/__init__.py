"""Changes in Django admin. The pages register themselves."""

from changes.admin import schedule

__all__ = ["schedule"]
