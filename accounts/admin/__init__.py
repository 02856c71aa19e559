"""Organizations, people and invitations in Django admin.

What changes somebody's access goes through accounts.actions, or leaves an AccountEvent here.
"""

from accounts.admin import history, invitations, organizations, people  # the pages register themselves

__all__ = ["history", "invitations", "organizations", "people"]
