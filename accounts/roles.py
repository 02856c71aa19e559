"""Who may do what: permissions are an enum, roles are data.

Desk roles as in DOMAIN ("Who"). A person holds roles through memberships of organizations, and
may hold several.
"""

from enum import Enum, auto

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Permission(Enum):
    """One thing that somebody may do, within the organization of the membership that grants it."""

    REPORT = auto()
    MANAGE_PEOPLE = auto()
    SEE_ALL = auto()
    WORK_TICKETS = auto()
    TAKE_CRITICAL = auto()
    SHARE_VIEWS = auto()
    MANAGE_SERVICE_LEVELS = auto()
    APPROVE_REQUESTS = auto()
    MANAGE_CHANGES = auto()
    MANAGE_PROBLEMS = auto()
    ADMINISTER = auto()


class Role(TextChoices):
    """A role, as it stands in a membership."""

    LDC_STAFF = "ldc_staff", _("Service Desk user")
    LDC_ADMIN = "ldc_admin", _("Organization administrator")
    DESK_AGENT = "desk_agent", _("Service Desk agent")
    CRITICAL_INCIDENT_MANAGER = "critical_incident_manager", _("Critical incident manager")
    SERVICE_LEVEL_MANAGER = "service_level_manager", _("Service level manager")
    CONFIGURATION_APPROVER = "configuration_approver", _("Configuration approver")
    PROBLEM_MANAGER = "problem_manager", _("Problem manager")
    CHANGE_MANAGER = "change_manager", _("Change manager")
    CONTINUITY_MANAGER = "continuity_manager", _("Continuity manager")
    TRAINING_COORDINATOR = "training_coordinator", _("Training coordinator")
    ADMINISTRATOR = "administrator", _("Administrator")


_WORKER = frozenset({Permission.SEE_ALL, Permission.WORK_TICKETS, Permission.REPORT, Permission.SHARE_VIEWS})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.LDC_STAFF: frozenset({Permission.REPORT}),
    Role.LDC_ADMIN: frozenset({Permission.REPORT, Permission.MANAGE_PEOPLE}),
    Role.DESK_AGENT: _WORKER,
    Role.CRITICAL_INCIDENT_MANAGER: _WORKER | {Permission.TAKE_CRITICAL},
    Role.SERVICE_LEVEL_MANAGER: frozenset(
        {Permission.SEE_ALL, Permission.MANAGE_SERVICE_LEVELS, Permission.SHARE_VIEWS}
    ),
    Role.CONFIGURATION_APPROVER: frozenset({Permission.SEE_ALL, Permission.APPROVE_REQUESTS}),
    Role.CHANGE_MANAGER: frozenset({Permission.SEE_ALL, Permission.MANAGE_CHANGES}),
    Role.PROBLEM_MANAGER: _WORKER | {Permission.MANAGE_PROBLEMS},
    Role.CONTINUITY_MANAGER: frozenset({Permission.SEE_ALL}),
    Role.TRAINING_COORDINATOR: frozenset({Permission.SEE_ALL}),
    Role.ADMINISTRATOR: frozenset({Permission.SEE_ALL, Permission.ADMINISTER}),
}

LDC_ROLES = frozenset({Role.LDC_STAFF, Role.LDC_ADMIN})
SME_ROLES = frozenset(Role) - LDC_ROLES


def roles_granting(permission: Permission) -> list[Role]:
    """The roles that carry a permission."""
    return [role for role, granted in GRANTS.items() if permission in granted]
