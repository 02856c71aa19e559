"""A seat on the board ends with its holder's account: opened again for other reasons, it has no vote."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.closing import ends_with_an_account
from accounts.models import Person
from changes.models import BoardMember


@ends_with_an_account
def leave_the_board(person: Person, at: datetime) -> None:
    """Yesterday was the last day. A seat that was not taken yet is none."""
    last = timezone.localdate(at) - timedelta(days=1)
    seats = BoardMember.objects.filter(Q(ends_on=None) | Q(ends_on__gt=last), person=person)
    seats.filter(starts_on__gt=last).delete()
    seats.update(ends_on=last)
