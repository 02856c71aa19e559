"""The world of the access table, standing for a whole module: making it takes longer than asking it."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Organization, Person
from accounts.roles import Role
from tests.conftest import incident_maker, person
from tests.ui import world
from tests.ui.world import World
from tickets.sla import rulebook


@pytest.fixture(scope="module")
def everything(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """People and what they have, so that data could leak. Each test leaves it as it was.

    Tests of such a module take their people from here: those of the fixtures would be there twice.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        rulebook.forget()
        cast = assemble()
        make = incident_maker(cast["rita"], cast["ann"])
        yield world.build(cast, make, timezone.now())
        transaction.set_rollback(True)


def assemble() -> dict[str, Person]:
    """The cast of tests/conftest.py, at once."""
    lakeshore, pineridge, sme, meterbridge = (
        Organization.objects.create(kind=kind, name=name, slug=name.lower().replace(" ", "-"))
        for kind, name in (
            ("ldc", "Lakeshore Hydro"),
            ("ldc", "Pine Ridge Power"),
            ("sme", "Smart Metering Entity"),
            ("vendor", "MeterBridge"),
        )
    )
    cast = [
        person("Rita", (lakeshore, Role.LDC_STAFF)),
        person("Ned", (lakeshore, Role.LDC_STAFF)),
        person("Olga", (lakeshore, Role.LDC_ADMIN)),
        person("Stan", (pineridge, Role.LDC_STAFF)),
        person("Vera", (lakeshore, Role.LDC_STAFF), (pineridge, Role.LDC_STAFF), via=meterbridge),
        person("Ann", (sme, Role.DESK_AGENT)),
        person("Bob", (sme, Role.DESK_AGENT)),
        person("Cleo", (sme, Role.CRITICAL_INCIDENT_MANAGER)),
        person("Chang", (sme, Role.CHANGE_MANAGER)),
        person("Ada", (sme, Role.ADMINISTRATOR)),
    ]
    Person.objects.filter(name="Ada").update(is_staff=True, is_superuser=True)
    return {member.name.lower(): Person.objects.get(pk=member.pk) for member in cast}
