"""Everything that changes people and their access.

Each function is one transaction: the change, its history and its mail, or nothing. ``under`` is the
reference of an approved request by which it is done; it stands in for an administrator's right, and
in the history.
"""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import limits, policy
from accounts.models import AccountEvent, Invitation, Membership, Organization, Person, today
from accounts.roles import LDC_ROLES, Role
from servicedesk.notifications.outbox import message, put
from servicedesk.records.refusals import Unusable

INVITATION_LASTS = timedelta(days=14)
_LINK_SALT = "accounts.invitation"


@transaction.atomic
def invite(
    email: str,
    *,
    organization: Organization,
    role: Role,
    by: Person,
    at: datetime,
    name: str = "",
    language: str = "",
    under: str = "",
) -> Invitation:
    """Invite an address to an organization. Inviting it again replaces the earlier invitation.

    Raises Forbidden, TooMany, or Unusable when that person already has the role.
    """
    _hold(organization)
    policy.may_give_role(by, organization.pk, role, under).or_refuse()
    already = Membership.objects.active().filter(
        person__email__iexact=email, organization=organization, role=role, person__is_active=True
    )
    if already.exists():
        raise Unusable(_("%(email)s already has this role.") % {"email": email})
    if not under:
        limits.check_inviting(organization, at=at)
    Invitation.objects.filter(
        email__iexact=email, organization=organization, accepted_at=None, withdrawn_at=None
    ).update(withdrawn_at=at)
    invitation = Invitation.objects.create(
        email=email,
        name=name,
        language=language,
        organization=organization,
        role=role,
        invited_by=by,
        created_at=at,
        expires_at=at + INVITATION_LASTS,
    )
    _record("person.invited", by=by, at=at, under=under, organization=organization, email=email, role=role)
    put(
        [
            message(
                effect="accounts.invitation",
                key=f"invitation:{invitation.pk}",
                at=at,
                invitation=invitation.pk,
            )
        ]
    )
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Person, at: datetime) -> None:
    """Make an unused invitation void. Raises Forbidden, or Unusable when it is used up already."""
    policy.may_manage_people(by, invitation.organization_id).or_refuse()
    if not Invitation.objects.open(at).filter(pk=invitation.pk).update(withdrawn_at=at):
        raise Unusable(_("This invitation was used or has run out already."))
    _record(
        "invitation.withdrawn", by=by, at=at, organization=invitation.organization, email=invitation.email
    )


@transaction.atomic
def accept_invitation(invitation: Invitation, *, name: str, password: str | None, at: datetime) -> Person:
    """Join: make the person, or give one who is known the new role.

    One whose account was closed comes back, with this role and no other: whoever invites gives what is
    theirs to give, not what somebody else once took away. Raises Unusable when the invitation is used up.
    """
    _hold(invitation.organization)
    won = Invitation.objects.open(at).filter(pk=invitation.pk).update(accepted_at=at)
    if not won:
        raise Unusable(_("This invitation was used or has run out. Ask for a new one."))
    person = Person.objects.select_for_update().filter(email__iexact=invitation.email).first()
    if person is None:
        person = Person.objects.create_user(
            invitation.email, password, name=name, language=invitation.language or settings.LANGUAGE_CODE
        )
    elif not person.is_active:
        _end_all_roles(person, by=person, at=at)
        person.is_active, person.name = True, name
        person.set_password(password)
        person.save(update_fields=["is_active", "name", "password"])
    Membership.objects.get_or_create(
        person=person, organization=invitation.organization, role=invitation.role, ends_on=None
    )
    _record(
        "person.joined",
        by=person,
        at=at,
        person=person,
        organization=invitation.organization,
        role=invitation.role,
    )
    return person


@transaction.atomic
def change_role(
    person: Person, *, organization: Organization, role: Role, by: Person, at: datetime, under: str = ""
) -> None:
    """Give somebody another role at an organization, in the place of those that they have there.

    Raises Forbidden, or Unusable when they have it already, or do not act for it any more.
    """
    _hold(organization)
    policy.may_give_role(by, organization.pk, role, under).or_refuse()
    held = _held(person, organization)
    replaced = [membership for membership in held if membership.role != role]
    if not replaced:
        raise Unusable(_("%(name)s already has this role.") % {"name": person})
    for membership in replaced:
        policy.may_end_membership(by, membership, under).or_refuse()
    Membership.objects.get_or_create(
        person=person, organization=organization, role=role, ends_on=None, defaults={"via": held[0].via}
    )
    Membership.objects.filter(pk__in=[membership.pk for membership in replaced]).delete()
    _record(
        "role.changed",
        by=by,
        at=at,
        under=under,
        person=person,
        organization=organization,
        was=", ".join(sorted(membership.role for membership in replaced)),
        role=role,
    )


@transaction.atomic
def end_access(
    person: Person,
    *,
    organization: Organization,
    by: Person,
    at: datetime,
    last_day: date | None = None,
    under: str = "",
) -> None:
    """Take all of somebody's roles at an organization away: at once, or when a last day has ended.

    Raises Forbidden, or Unusable when they do not act for it any more.
    """
    _hold(organization)
    for membership in _held(person, organization):
        if last_day is None:
            end_membership(membership, by=by, at=at, under=under)
        else:
            _end_after(last_day, membership, by=by, at=at, under=under)


@transaction.atomic
def end_membership(membership: Membership, *, by: Person, at: datetime, under: str = "") -> None:
    """Take a role away at once. Who is left with none cannot sign in, and is signed out everywhere.

    Raises Forbidden.
    """
    _hold(membership.organization)
    policy.may_end_membership(by, membership, under).or_refuse()
    _end(membership, by=by, at=at, under=under)
    if not Membership.objects.active().filter(person=membership.person).exists():
        deactivate(membership.person, by=by, at=at, under=under)


@transaction.atomic
def deactivate(person: Person, *, by: Person, at: datetime, under: str = "") -> None:
    """Close an account: it has no role any more, and all its sessions end at once; accounts.closing has the rest."""
    _hold(*_organizations_of(person))
    Person.objects.filter(pk=person.pk).update(is_active=False)
    _end_all_roles(person, by=by, at=at, under=under)
    end_sessions(person)
    put([message(effect="accounts.closed", key=f"closed:{uuid.uuid4()}", at=at, person=person.pk)])
    _record("person.deactivated", by=by, at=at, under=under, person=person)


def end_sessions(person: Person) -> None:
    """Sign somebody out everywhere."""
    keys = list(UserSession.objects.filter(user=person).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=person).delete()


@transaction.atomic
def send_account_mail(*, to: str, subject: str, text: str) -> None:
    """Put a mail of the sign-in machinery (reset link, security notice) into the outbox."""
    put(
        [
            message(
                effect="accounts.mail",
                key=f"account-mail:{uuid.uuid4()}",
                at=timezone.now(),
                to=to,
                subject=subject,
                text=text,
            )
        ]
    )


def has_account(invitation: Invitation) -> bool:
    """Does the invited address sign in already? Then it only confirms."""
    return Person.objects.active().filter(email__iexact=invitation.email).exists()


def invitation_token(invitation: Invitation) -> str:
    """What the mailed link carries. Signed, so nothing that opens the door is stored."""
    return signing.dumps(str(invitation.public_id), salt=_LINK_SALT)


def invitation_from_token(token: str, *, at: datetime) -> Invitation | None:
    """The open invitation that a link belongs to, or None."""
    try:
        public_id = signing.loads(token, salt=_LINK_SALT, max_age=INVITATION_LASTS)
    except signing.BadSignature:
        return None
    return Invitation.objects.open(at).select_related("organization").filter(public_id=public_id).first()


def _hold(*organizations: Organization) -> None:
    """Let nobody else change their people meanwhile.

    Two could end the last two administrators of one, or invite the same address to it twice.
    """
    keys = [organization.pk for organization in organizations]
    list(Organization.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def _organizations_of(person: Person) -> Iterable[Organization]:
    return Organization.objects.filter(pk__in=_not_over(person).values("organization"))


def _not_over(person: Person) -> QuerySet[Membership]:
    """What somebody is now or will be, to whom ever: to an organization that has left, too."""
    return Membership.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today()), person=person)


def _end_all_roles(person: Person, *, by: Person, at: datetime, under: str = "") -> None:
    """Leave nothing that could count again when the account is opened again, Django's flags included."""
    Person.objects.filter(pk=person.pk).update(is_staff=False, is_superuser=False)
    person.is_staff = person.is_superuser = False
    for membership in _not_over(person).select_related("person", "organization").order_by("pk"):
        _end(membership, by=by, at=at, under=under)


def _end(membership: Membership, *, by: Person, at: datetime, under: str) -> None:
    """Take a role away, with its line in the history."""
    membership.delete()
    _record(
        "membership.ended",
        by=by,
        at=at,
        under=under,
        person=membership.person,
        organization=membership.organization,
        role=membership.role,
    )


def _held(person: Person, organization: Organization) -> list[Membership]:
    """What somebody is to an organization now. Raises Unusable for nothing any more."""
    active = Membership.objects.active().select_related("person", "organization", "via")
    held = list(
        active.filter(
            person=person, organization=organization, role__in=LDC_ROLES, person__is_active=True
        ).order_by("pk")
    )
    if not held:
        raise Unusable(
            _("%(name)s does not act for %(organization)s any more.")
            % {"name": person, "organization": organization}
        )
    return held


def _end_after(last_day: date, membership: Membership, *, by: Person, at: datetime, under: str) -> None:
    """Let a role end when that day ends, unless it ends sooner anyway."""
    policy.may_end_membership(by, membership, under).or_refuse()
    if membership.ends_on and membership.ends_on <= last_day:
        return
    Membership.objects.filter(pk=membership.pk).update(ends_on=last_day)
    _record(
        "membership.ends",
        by=by,
        at=at,
        under=under,
        person=membership.person,
        organization=membership.organization,
        role=membership.role,
        last_day=last_day.isoformat(),
    )


def _record(
    name: str,
    *,
    by: Person,
    at: datetime,
    under: str = "",
    person: Person | None = None,
    organization: Organization | None = None,
    **facts: str,
) -> None:
    if under:
        facts["request"] = under
    AccountEvent.objects.create(
        name=name, at=at, actor=by, person=person, organization=organization, facts=facts
    )
