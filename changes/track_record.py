"""How changes like this one went before: a hint beside the risk questionnaire."""

from django.db.models import Q

from changes.models import Outcome, RequestForChange

WENT_WELL = (Outcome.SUCCESSFUL, Outcome.WITH_ISSUES)


def success_hint(rfc: RequestForChange) -> tuple[int, int]:
    """How many changes of the same kind went well, and how many were carried out: (successful, all).

    The same category, and an interface in common where this one names any. It counts over all
    organizations, so it is shown to the desk alone. One query.
    """
    alike = Q(category=rfc.category)
    if rfc.interfaces:
        alike &= Q(interfaces__overlap=rfc.interfaces)
    before = RequestForChange.objects.filter(alike).exclude(outcome="").exclude(pk=rfc.pk)
    outcomes = list(before.values_list("outcome", flat=True))
    return sum(one in WENT_WELL for one in outcomes), len(outcomes)
