"""The people of the demo. All invented: no real person, no real company.

The main cast, which the sign-in page offers, is named in settings (DEMO_SIGN_INS), because the
page belongs to a lower floor that does not know the demo.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.urls import reverse

from accounts.models import Membership, Organization, OrgId, Person
from accounts.roles import Role
from tickets.models import Team

SME_NAME = "Smart Metering Entity"
CENTRAL, ATIKOKAN = "America/Winnipeg", "America/Atikokan"

# name, slug, phone, ORG IDs with their notes
LDCS = [
    ("Lakeshore Hydro", "lakeshore-hydro", "905-555-0110", {"LSH01": "Main", "LSH02": "Former Port Ellis"}),
    ("Pine Ridge Power", "pine-ridge-power", "705-555-0121", {"PRP01": "Main"}),
    ("Rideau Valley Distribution", "rideau-valley", "613-555-0132", {"RVD01": "Main", "RVD02": "Rural"}),
    ("Nipissing Electric", "nipissing-electric", "705-555-0143", {"NPE01": "Main"}),
    (
        "Grand Trunk Hydro",
        "grand-trunk-hydro",
        "807-555-0154",
        {"GTH01": "Central time", "GTH02": "Atikokan"},
    ),
    ("Thousand Islands Power", "thousand-islands-power", "613-555-0165", {"TIP01": "Main"}),
    ("Kawartha Light & Power", "kawartha-light-power", "705-555-0176", {"KLP01": "Main"}),
    ("Temagami Utilities", "temagami-utilities", "705-555-0187", {"TMU01": "Main"}),
]
VENDORS = [
    ("MeterBridge", "meterbridge", "416-555-0198"),
    ("Northlight CIS", "northlight-cis", "416-555-0199"),
]

_STAFF, _ADMIN = Role.LDC_STAFF, Role.LDC_ADMIN

# organization's slug, mail domain, and its people: name, role, and what differs from the usual
PEOPLE: list[tuple[str, str, list[tuple[str, Role, dict[str, str]]]]] = [
    (
        "lakeshore-hydro",
        "lakeshorehydro.example",
        [
            ("Dana Whitfield", _STAFF, {"phone": "905-555-0111"}),
            ("Marcus Oyelaran", _ADMIN, {"phone": "905-555-0112"}),
            ("Priya Venkataraman", _STAFF, {"density": "compact"}),
            ("Tom Kowalczyk", _STAFF, {}),
            ("Joanne Delacroix", _STAFF, {}),
        ],
    ),
    (
        "pine-ridge-power",
        "pineridgepower.example",
        [
            ("Stephen Nootchtai", _STAFF, {"phone": "705-555-0122"}),
            ("Wei-Lin Chau", _ADMIN, {}),
            ("Colleen Farquhar", _STAFF, {}),
            ("Harpreet Sandhu", _STAFF, {}),
        ],
    ),
    (
        "rideau-valley",
        "rideauvalley.example",
        [
            ("Marie-Ève Charbonneau", _STAFF, {"language": "fr", "phone": "613-555-0133"}),
            ("Luc Desrosiers", _ADMIN, {}),
            ("Anjali Ramanathan", _STAFF, {}),
            ("Peter Vandermeer", _STAFF, {}),
        ],
    ),
    (
        "nipissing-electric",
        "nipissingelectric.example",
        [
            ("Crystal Beaucage-Moore", _STAFF, {}),
            ("Gordon Tessier", _ADMIN, {}),
            ("Mei Fong Leung", _STAFF, {}),
        ],
    ),
    (
        "grand-trunk-hydro",
        "grandtrunkhydro.example",
        [
            ("Warren Kakegamic-Ross", _STAFF, {"time_zone": CENTRAL, "phone": "807-555-0155"}),
            ("Birgit Lindholm", _ADMIN, {"time_zone": CENTRAL}),
            ("Aaron Medicine-Hart", _STAFF, {"time_zone": ATIKOKAN}),
        ],
    ),
    (
        "thousand-islands-power",
        "thousandislandspower.example",
        [
            ("Fiona MacEachern", _STAFF, {}),
            ("Imran Qureshi-Hall", _ADMIN, {"theme": "dark"}),
            ("Nathalie Groulx", _STAFF, {}),
        ],
    ),
    (
        "kawartha-light-power",
        "kawarthalp.example",
        [
            ("Doug Rutherglen", _STAFF, {}),
            ("Sunita Bhattacharjee", _ADMIN, {}),
            ("Kelsey Whetung-Arbour", _STAFF, {}),
        ],
    ),
    (
        "temagami-utilities",
        "temagamiutilities.example",
        [
            ("Rhonda Paulmartin", _ADMIN, {}),
            ("Xiao-Ming Guan", _STAFF, {}),
        ],
    ),
    (
        "sme",
        "sme.example",
        [
            ("Alison Brightwater", Role.DESK_AGENT, {"density": "compact"}),
            ("Deepak Narasimhan", Role.DESK_AGENT, {}),
            ("Chantal Lamoureux", Role.DESK_AGENT, {"language": "en"}),
            ("Robert Okafor-Lane", Role.CRITICAL_INCIDENT_MANAGER, {"phone": "416-555-0171"}),
            ("Priya Ostrander-Wells", Role.SERVICE_LEVEL_MANAGER, {}),
            ("Nadia Featherstone-Cruz", Role.CONFIGURATION_APPROVER, {}),
            ("Hannah Steinberger", Role.PROBLEM_MANAGER, {}),
            ("Victor Zhao-Pritchard", Role.CHANGE_MANAGER, {}),
            ("Maureen Galbraith-Cook", Role.CONTINUITY_MANAGER, {}),
            ("Theo Papanikolaou", Role.TRAINING_COORDINATOR, {}),
            ("Ingrid Sorensen-Bell", Role.ADMINISTRATOR, {}),
        ],
    ),
]

# name, mail address, vendor's slug, the LDCs they act for, days until that ends (None: open)
AGENTS_OF_VENDORS = [
    ("Yusuf Hadley", "yusuf.hadley@meterbridge.example", "meterbridge", ["lakeshore-hydro", "pine-ridge-power"], 75),
    ("Beatrix Langevin", "beatrix.langevin@meterbridge.example", "meterbridge", ["grand-trunk-hydro"], None),
    ("Samira Kazemi", "samira.kazemi@northlightcis.example", "northlight-cis", ["rideau-valley"], None),
    ("Owen Trask", "owen.trask@northlightcis.example", "northlight-cis", ["nipissing-electric"], 20),
]  # fmt: skip

LEAVERS = [
    ("Leslie Amundsen", "leslie.amundsen@lakeshorehydro.example", "lakeshore-hydro"),
    ("Garth Millican", "garth.millican@thousandislandspower.example", "thousand-islands-power"),
]
"""Users who end up without access (people_orders.py): no other story has them."""

# slug of a team of the catalogue, its members
TEAMS = {
    "service-desk": ["Alison Brightwater", "Deepak Narasimhan", "Chantal Lamoureux"],
    "mdmr-operations": ["Deepak Narasimhan", "Robert Okafor-Lane", "Hannah Steinberger"],
    "data-billing": ["Alison Brightwater", "Chantal Lamoureux"],
    "environments": ["Chantal Lamoureux", "Deepak Narasimhan"],
}

PLAIN = str.maketrans("éèêëàâîïôöûüç", "eeeeaaiioouuc")


@dataclass
class Cast:
    """Everybody the stories need, looked up once. ``reporters`` are who may file, by organization."""

    organizations: dict[str, Organization] = field(default_factory=dict)
    org_ids: dict[int, list[str]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    reporters: dict[int, list[Person]] = field(default_factory=dict)
    employees: dict[int, list[Person]] = field(default_factory=dict)
    agents: list[Person] = field(default_factory=list)
    managers: dict[Role, Person] = field(default_factory=dict)


def assemble(*, since: date, until: date) -> Cast:
    """Write organizations and people. Memberships began on ``since``; ``until`` is today."""
    cast, password = Cast(), make_password(settings.DEMO_PASSWORD)
    _organizations(cast)
    for slug, domain, members in PEOPLE:
        organization = cast.organizations[slug]
        for name, role, differs in members:
            person = _person(cast, name, f"{address_of(name)}@{domain}", password, role, differs)
            Membership.objects.create(person=person, organization=organization, role=role, starts_on=since)
            if slug == "sme":
                cast.managers[role] = person
            else:
                cast.reporters.setdefault(organization.pk, []).append(person)
                cast.employees.setdefault(organization.pk, []).append(person)
            if role is Role.DESK_AGENT:
                cast.agents.append(person)
    for name, email, vendor, slugs, days in AGENTS_OF_VENDORS:
        person = _person(cast, name, email, password, _STAFF, {})
        for slug in slugs:
            organization = cast.organizations[slug]
            Membership.objects.create(
                person=person,
                organization=organization,
                role=_STAFF,
                via=cast.organizations[vendor],
                starts_on=since,
                ends_on=until + timedelta(days=days) if days else None,
            )
            cast.reporters[organization.pk].append(person)
    for name, email, slug in LEAVERS:
        person = _person(cast, name, email, password, _STAFF, {})
        organization = cast.organizations[slug]
        Membership.objects.create(person=person, organization=organization, role=_STAFF, starts_on=since)
    for slug, names in TEAMS.items():
        Team.objects.get(slug=slug).members.set([cast.people[name] for name in names])
    return cast


def _organizations(cast: Cast) -> None:
    kinds = Organization.Kind
    rows = [
        Organization(kind=kinds.SME, name=SME_NAME, slug="sme", phone=settings.DESK_PHONE),
        *(Organization(kind=kinds.LDC, name=name, slug=slug, phone=phone) for name, slug, phone, _ in LDCS),
        *(
            Organization(kind=kinds.VENDOR, name=name, slug=slug, phone=phone)
            for name, slug, phone in VENDORS
        ),
    ]
    cast.organizations = {made.slug: made for made in Organization.objects.bulk_create(rows)}
    codes = [(slug, code, note) for _name, slug, _phone, ids in LDCS for code, note in ids.items()]
    codes += [("sme", "SME00", "The desk itself")]
    for slug, code, note in codes:
        organization = cast.organizations[slug]
        OrgId.objects.create(organization=organization, code=code, note=note)
        cast.org_ids.setdefault(organization.pk, []).append(code)


def _person(cast: Cast, name: str, email: str, password: str, role: Role, differs: dict[str, str]) -> Person:
    """One person. Everybody shares one hash: Argon2 is slow on purpose, forty times over too slow."""
    administrator = role is Role.ADMINISTRATOR
    person = Person(
        email=email,
        name=name,
        password=password,
        is_staff=administrator,
        is_superuser=administrator,
        **differs,
    )
    person.save()
    cast.people[name] = person
    return person


def address_of(name: str) -> str:
    """The local part of somebody's address: "Marie-Ève Charbonneau" becomes marie-eve.charbonneau."""
    first, _space, last = name.lower().translate(PLAIN).partition(" ")
    return f"{first}.{last.replace(' ', '-')}"


def sign_in_lines() -> list[str]:
    """What to tell somebody who has just started the demo."""
    width = max(len(email) for _label, email in settings.DEMO_SIGN_INS)
    return [
        f"The desk's address: {settings.BASE_URL}",
        f"Sign in with the password {settings.DEMO_PASSWORD} as one of",
        *(f"  {email:<{width}}  {label}" for label, email in settings.DEMO_SIGN_INS),
        "The sign-in page fills them in for you. Mail that the demo sends can be read by the administrator at"
        f" {settings.BASE_URL}{reverse('demo:mail')}",
    ]
