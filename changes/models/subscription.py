"""Subscriptions: who wants to hear of changes without following each one."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from servicedesk.records.scope import Reader, ScopedQuerySet
from tickets.models import Environment


class ChangeSubscriptionQuerySet(ScopedQuerySet):
    """Subscriptions."""

    def visible_to(self, reader: Reader) -> Self:
        """One's own."""
        return self.filter(person=reader.standing().person_id)


class ChangeSubscription(models.Model):
    """Somebody hears of all published changes, or of those in one environment; at once, or once a day.

    Where several fit one RFC, the one that names its environment counts.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="change_subscriptions")
    environment = models.CharField(_("environment"), max_length=12, choices=Environment, blank=True)
    digest = models.BooleanField(_("once a day"), default=False)
    since = models.DateTimeField()

    objects = ChangeSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription to changes")
        verbose_name_plural = _("subscriptions to changes")
        constraints = [
            models.UniqueConstraint(fields=["person", "environment"], name="change_subscription_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.environment or 'all'}"
