"""Organizations, people, and who acts for whom."""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar, Self
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.functions import JSONObject, Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Permission, Role, roles_granting
from accounts.standing import Standing, standing_from
from servicedesk.notifications.models import Notice
from servicedesk.records.scope import Reader, ScopedQuerySet

UNREAD_COUNTED = 100
"""How far the bell counts. Whoever has more reads "99+"."""


def check_zone(name: str) -> None:
    """Refuse what is not an IANA zone."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Use a name such as America/Toronto.") % {"name": name}
        )


class OrganizationQuerySet(ScopedQuerySet):
    """Organizations."""

    def visible_to(self, reader: Reader) -> Self:
        """SME staff see all of them, others those they act for."""
        standing = reader.standing()
        return self if standing.sees_all else self.filter(pk__in=standing.organizations)

    def served(self) -> Self:
        """LDCs that the desk serves now."""
        return self.filter(kind=Organization.Kind.LDC, is_active=True)


class Organization(models.Model):
    """An LDC, the SME, or a vendor that acts for LDCs."""

    class Kind(models.TextChoices):
        LDC = "ldc", gettext_lazy("Local distribution company")
        SME = "sme", gettext_lazy("Smart Metering Entity")
        VENDOR = "vendor", gettext_lazy("Vendor")

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)

    objects = OrganizationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class OrgId(models.Model):
    """An MDM/R ORG ID. An organization has one or more."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="org_ids")
    code = models.CharField("ORG ID", max_length=20, unique=True)
    note = models.CharField(max_length=120, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "ORG ID"

    def __str__(self) -> str:
        return self.code


class PersonQuerySet(ScopedQuerySet):
    """People."""

    def visible_to(self, reader: Reader) -> Self:
        """SME staff see everyone; others the colleagues in their organizations, and themselves."""
        standing = reader.standing()
        if standing.sees_all:
            return self
        colleagues = Membership.objects.active().filter(organization__in=standing.organizations)
        return self.filter(Q(pk__in=colleagues.values("person")) | Q(pk=standing.person_id))

    def active(self) -> Self:
        """People who can sign in."""
        return self.filter(is_active=True)

    def acting_for(self, organization_id: int, *permissions: Permission) -> Self:
        """Active people with an active membership of one organization (and one of these permissions)."""
        return self.filter(members_of(organization_id, *permissions))

    def holding(self, *permissions: Permission) -> Self:
        """Active people to whom some active membership grants one of these permissions."""
        return self.filter(holders(*permissions))

    def with_standing(self) -> Self:
        """Load everything a request needs of its person in one query: memberships, second factor, bell.

        ``stands_in``: does somebody let them decide in their place today (tickets.models.Delegation)?
        """
        grants = Membership.objects.active().filter(person=OuterRef("pk"))
        unread = Notice.objects.unread().filter(person=OuterRef("pk")).order_by().values("pk")
        return self.annotate(
            active_grants=ArraySubquery(
                grants.values(
                    grant=JSONObject(
                        organization="organization_id",
                        name="organization__name",
                        role="role",
                        via="via__name",
                    )
                )
            ),
            has_second_factor=Exists(
                Person.objects.filter(pk=OuterRef("pk"), authenticator__type__in=("totp", "webauthn"))
            ),
            stands_in=Exists(
                Person.objects.filter(
                    pk=OuterRef("pk"),
                    delegations_taken__starts_on__lte=today(),
                    delegations_taken__ends_on__gte=today(),
                )
            ),
            unread_notices=Func(
                ArraySubquery(unread[:UNREAD_COUNTED]),
                function="cardinality",
                output_field=models.IntegerField(),
            ),
        )


def members_of(organization_id: int, *permissions: Permission) -> Q:
    """The condition of ``acting_for``, to be joined with others."""
    return _people_with(Membership.objects.active().filter(organization=organization_id), permissions)


def holders(*permissions: Permission) -> Q:
    """The condition of ``holding``, to be joined with others."""
    return _people_with(Membership.objects.active(), permissions)


def _people_with(memberships: "models.QuerySet[Membership]", permissions: tuple[Permission, ...]) -> Q:
    if permissions:
        roles = {role for permission in permissions for role in roles_granting(permission)}
        memberships = memberships.filter(role__in=roles)
    return Q(is_active=True, pk__in=memberships.values("person"))


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]  # dynamic base
    """Makes people."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make a person who can sign in, once a password is set."""
        person = self.model(email=self.normalize_email(email), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    @transaction.atomic
    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Make the first administrator: a person with that role at the SME, which is made if need be.

        Roles open the doors here, not Django's flags, so the second factor is asked of them too.
        """
        person = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        sme, _made = Organization.objects.get_or_create(
            kind=Organization.Kind.SME, defaults={"name": "Smart Metering Entity", "slug": "sme"}
        )
        Membership.objects.create(person=person, organization=sme, role=Role.ADMINISTRATOR)
        return person

    def get_by_natural_key(self, email: str | None) -> "Person":
        """E-mail addresses are the sign-in name, whatever their case."""
        return self.get(email__iexact=email)


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody with a login, and their preferences.

    ``queue_columns`` are those that they want to see in queues, by name; None is the usual ones.
    """

    class Theme(models.TextChoices):
        SYSTEM = "system", gettext_lazy("As my device")
        LIGHT = "light", gettext_lazy("Light")
        DARK = "dark", gettext_lazy("Dark")

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", gettext_lazy("Comfortable")
        COMPACT = "compact", gettext_lazy("Compact")

    email = models.EmailField(gettext_lazy("e-mail"), unique=True)
    name = models.CharField(gettext_lazy("name"), max_length=120)
    phone = models.CharField(gettext_lazy("phone"), max_length=40, blank=True)
    time_zone = models.CharField(
        gettext_lazy("time zone"), max_length=60, default="America/Toronto", validators=[check_zone]
    )
    language = models.CharField(
        gettext_lazy("language"), max_length=5, choices=settings.LANGUAGES, default="en"
    )
    theme = models.CharField(gettext_lazy("theme"), max_length=10, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(
        gettext_lazy("density"), max_length=12, choices=Density, default=Density.COMFORTABLE
    )
    queue_columns = ArrayField(models.CharField(max_length=16), null=True, blank=True)
    single_keys = models.BooleanField(gettext_lazy("single-key shortcuts"), null=True, blank=True)
    is_active = models.BooleanField(gettext_lazy("active"), default=True)
    is_staff = models.BooleanField(gettext_lazy("administrator"), default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = PersonManager()
    has_second_factor: bool  # set by with_standing()
    stands_in: bool  # set by with_standing()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = gettext_lazy("person")
        verbose_name_plural = gettext_lazy("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="person_email_whatever_case",
                violation_error_message=gettext_lazy("Somebody has this address already."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def uses_single_keys(self) -> bool:
        """Do bare characters act as shortcuts? As they chose; else on at the desk, off elsewhere (UX 4.3)."""
        return self.standing().sees_all if self.single_keys is None else self.single_keys

    def standing(self) -> Standing:
        """What their memberships add up to. Read once, then remembered with this object."""
        known: Standing | None = self.__dict__.get("_standing")
        if known is None:
            grants = self.__dict__.get("active_grants")
            if grants is None:
                grants = (
                    Person.objects.with_standing().values_list("active_grants", flat=True).get(pk=self.pk)
                )
            known = self.__dict__["_standing"] = standing_from(self.pk, grants)
        return known


class MembershipQuerySet(ScopedQuerySet):
    """Memberships."""

    def visible_to(self, reader: Reader) -> Self:
        """SME staff see all, administrators of an organization those in it, others their own."""
        standing = reader.standing()
        if standing.sees_all:
            return self
        return self.filter(Q(organization__in=standing.administers) | Q(person=standing.person_id))

    def active(self, on: date | None = None) -> Self:
        """Memberships that count on a day (default: today in the desk's zone)."""
        on = on or timezone.localdate(timezone=timezone.get_default_timezone())
        return self.filter(
            Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on, organization__is_active=True
        )


def today() -> date:
    """Today in the desk's zone."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


class Membership(models.Model):
    """A person acts for an organization in a role, from a day to a day (both included).

    A vendor's agent acts for several LDCs; ``via`` then names the vendor.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=40, choices=Role)
    via = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="agents",
        null=True,
        blank=True,
        limit_choices_to={"kind": Organization.Kind.VENDOR},
    )
    starts_on = models.DateField(default=today)
    ends_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "role"], name="membership_by_organization")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization", "role"],
                name="membership_one_open_per_role",
                violation_error_message=gettext_lazy("This person has that role there already."),
                condition=Q(ends_on=None),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
                violation_error_message=gettext_lazy("Choose an end that is not before the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.get_role_display()} – {self.organization}"


class InvitationQuerySet(ScopedQuerySet):
    """Invitations."""

    def visible_to(self, reader: Reader) -> Self:
        """SME staff see all; administrators those to their organizations."""
        standing = reader.standing()
        return self if standing.sees_all else self.filter(organization__in=standing.administers)

    def open(self, at: datetime) -> Self:
        """Neither used, nor withdrawn, nor run out."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """The only way in: an administrator names an address, a role and an organization."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(gettext_lazy("e-mail"))
    name = models.CharField(gettext_lazy("name"), max_length=120, blank=True)
    language = models.CharField(
        gettext_lazy("language"), max_length=5, choices=settings.LANGUAGES, blank=True, default=""
    )
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=40, choices=Role)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "organization",
                name="invitation_one_open_per_organization",
                condition=Q(accepted_at=None, withdrawn_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.organization}"


class AccountEvent(models.Model):
    """Append-only history of people and their access: invited, joined, deactivated, role ended."""

    at = models.DateTimeField()
    name = models.CharField(max_length=60)
    actor = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", null=True)
    facts = models.JSONField(default=dict)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "-at"], name="account_event_organization")]

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M}"
