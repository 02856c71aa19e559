"""What is published in versions: a draft until it has a number, and never changed from then on."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

NUMBERED_IFF_PUBLISHED = Q(number=None, published_at=None) | Q(number__gt=0, published_at__isnull=False)


class Published(models.Model):
    """A version of something. A trigger (migration 0008) refuses to change it once it has a number."""

    number = models.PositiveIntegerField(gettext_lazy("version"), null=True, blank=True, unique=True)
    note = models.CharField(
        gettext_lazy("what is new, and why"),
        max_length=200,
        help_text=gettext_lazy("Shown on the tickets whose due times move."),
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        abstract = True
