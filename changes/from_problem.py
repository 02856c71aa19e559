"""What the form of an RFC begins with when it is to mend a problem: of its public face alone.

The RFC may be read by every organization one day, and the desk's own notes are not for them.
"""

from django.utils.translation import gettext as _

from accounts.models import Person
from changes.models import Category, Interface
from tickets.models import Problem, ServiceArea
from tickets.problem_policy import may_work_on_problems

INTERFACES: dict[str, Interface] = {
    ServiceArea.BILLING: Interface.BILLING,
    ServiceArea.VEE: Interface.VEE,
    ServiceArea.SYNCHRONIZATION: Interface.SYNCHRONIZATION,
    ServiceArea.FILE_TRANSFER: Interface.FILE_TRANSFER,
    ServiceArea.GUI: Interface.GUI,
    ServiceArea.REPORTS: Interface.REPORTS,
    ServiceArea.WEB_SERVICES: Interface.WEB_SERVICE,
}
"""The interface that a change in a problem's service area touches, where there is one."""


def fields_from(reference: str, person: Person) -> dict[str, list[str]]:
    """The fields as a draft keeps them; none for whoever does not work on problems, or sees no such one."""
    if not reference or not may_work_on_problems(person):
        return {}
    problem = Problem.objects.visible_to(person).filter(reference=reference).first()
    if problem is None:
        return {}
    description = "\n\n".join(filter(None, [problem.symptom, problem.planned_fix]))
    return {
        "problem": [problem.reference],
        "title": [problem.title],
        "category": [Category.SOFTWARE],
        "description": [description],
        "reason": [_("It mends the problem %(reference)s.") % {"reference": problem.reference}],
        "affected": [problem.affected],
        "environments": [problem.environment] if problem.environment else [],
        "interfaces": [INTERFACES[problem.area]] if problem.area in INTERFACES else [],
    }
