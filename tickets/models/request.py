"""ServiceRequest: an order from the catalogue, who has to agree to it, and what is done about it."""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from servicedesk.records.scope import Reader, ScopedQuerySet
from tickets.models.catalogue import Approver, ItemVersion, Needs, TaskTemplate
from tickets.models.ticket import Ticket, TicketQuerySet


class ServiceRequest(Ticket):
    """A standard request. It keeps the version of the item that it was filled in with.

    ``answers`` is what tickets.catalogue.forms.RequestForm.answers() said, by field name.
    """

    item_version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="requests")
    answers = models.JSONField(default=dict)

    objects = TicketQuerySet.as_manager()  # type: ignore[misc]  # the same manager, for this model

    def search_text(self) -> str:
        """What was answered, for the search index."""
        return "\n".join(_leaves(self.answers))


def _leaves(answers: Any) -> Iterator[str]:
    """The texts in answers, however deep they lie."""
    if isinstance(answers, dict | list):
        for part in answers.values() if isinstance(answers, dict) else answers:
            yield from _leaves(part)
    elif isinstance(answers, str):
        yield answers


class ApprovalState(models.TextChoices):
    """How an approval stands."""

    LATER = "later", _("Comes later")
    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    VOID = "void", _("Void")


class OfRequest(ScopedQuerySet):
    """Rows that belong to a request."""

    def visible_to(self, reader: Reader) -> Self:
        """Those of the requests one may see."""
        return self.filter(request__in=ServiceRequest.objects.visible_to(reader))


class Approval(models.Model):
    """One step of a request's approval: whom it asks, and what came of it.

    A void one counted for answers that were changed since; ``round`` tells the approvals of one set of
    answers from those of the next.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="approvals")
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()
    asks = models.CharField(max_length=20, choices=Approver)
    needs = models.CharField(max_length=5, choices=Needs)
    state = models.CharField(max_length=10, choices=ApprovalState)
    opened_at = models.DateTimeField(null=True, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    decide_by = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = OfRequest.as_manager()

    class Meta:
        verbose_name = _("approval")
        constraints = [
            models.UniqueConstraint(fields=["request", "round", "position"], name="approval_once_a_round"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(state="waiting"), name="approval_one_waits_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["approved", "declined", "void"], decided_at__isnull=False)
                | Q(state__in=["later", "waiting"], decided_at=None),
                name="approval_decided_iff_over",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "approved", "declined"])
                | Q(opened_at__isnull=False, remind_at__isnull=False, decide_by__isnull=False),
                name="approval_opened_before_it_is_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.round}.{self.position} {self.state}"


class Vote(models.Model):
    """One person's word on an approval. ``cast_by`` is somebody else when it was delegated."""

    approval = models.ForeignKey(Approval, models.CASCADE, related_name="votes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    cast_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("vote")
        constraints = [
            models.UniqueConstraint(fields=["approval", "person"], name="vote_once"),
            models.CheckConstraint(
                condition=Q(agrees=True) | ~Q(reason=""), name="vote_against_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.approval_id} {self.person_id} {'yes' if self.agrees else 'no'}"


class DelegationQuerySet(ScopedQuerySet):
    """Delegations."""

    def visible_to(self, reader: Reader) -> Self:
        """Those that one gave or was given."""
        person = reader.standing().person_id
        return self.filter(Q(person=person) | Q(delegate=person))

    def active(self, on: date) -> Self:
        """Those that count on a day."""
        return self.filter(starts_on__lte=on, ends_on__gte=on)


class Delegation(models.Model):
    """Somebody decides in another person's place, from a day to a day (both included)."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="delegations")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="delegations_taken")
    starts_on = models.DateField()
    ends_on = models.DateField()

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("delegation")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="delegation_ends_after_start"
            ),
            models.CheckConstraint(condition=~Q(person=F("delegate")), name="delegation_to_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} by {self.delegate_id}"


class FulfilmentTask(models.Model):
    """A piece of the work on a request, from its item's template. Due times follow from its clock."""

    request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="tasks")
    template = models.ForeignKey(TaskTemplate, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = OfRequest.as_manager()

    class Meta:
        verbose_name = _("fulfilment task")
        constraints = [
            models.UniqueConstraint(fields=["request", "template"], name="fulfilment_task_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_by=None) | Q(done_at__isnull=False, done_by__isnull=False),
                name="fulfilment_task_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.position}"
