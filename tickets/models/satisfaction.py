"""How people who ordered or reported something say it went."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Satisfaction(models.IntegerChoices):
    """The usual five steps, the best last."""

    VERY_POOR = 1, _("1 – very poor")
    POOR = 2, _("2 – poor")
    FAIR = 3, _("3 – fair")
    GOOD = 4, _("4 – good")
    VERY_GOOD = 5, _("5 – very good")


ASKED_FOR = timedelta(days=30)
"""From when the work was done. Later nobody remembers."""
