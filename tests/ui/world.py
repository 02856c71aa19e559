"""A small world in which data could leak, and the words that must not be read where.

Every thing that belongs to somebody carries a word that stands nowhere else, so a page that shows
it to the wrong person is found by its text, whatever address it has.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.actions import invitation_token, invite
from accounts.models import Invitation, Membership, Organization, Person, today
from accounts.roles import Role
from changes.actions.consulting import answer, open_consultation
from changes.actions.deciding import vote
from changes.actions.moving import move_change
from changes.models import Board, ChangeReview, Release, RequestForChange
from servicedesk.notifications.groups import groups_for
from servicedesk.notifications.models import Notice
from servicedesk.notifications.unsubscribing import foot
from servicedesk.records.files import attach_to_draft
from servicedesk.records.models import Attachment, Draft, Event, Kind, Link, Record
from tests.changes.board import seat
from tests.conftest import key, person
from tests.tickets.orders import FEEDBACK, now_on, order, version_of
from tests.tickets.requesting import item, waiting
from tests.tickets.requesting import order as ask
from tests.ui import changes_world, merging_world, schedule_world, workspace_world, writing_world
from tickets.actions import add_note, move, move_ticket, reply
from tickets.actions.bulk import choose, run_bulk
from tickets.actions.linking import link
from tickets.actions.problem_faces import Face, Internals, publish_problem
from tickets.actions.problem_following import follow_problem
from tickets.actions.problem_moves import move_problem
from tickets.actions.problems import open_problem
from tickets.actions.requests import Order, submit_request
from tickets.models import (
    BulkKind,
    Delegation,
    Incident,
    ItemVersion,
    Problem,
    ProblemCandidate,
    ServiceRequest,
    Team,
)

CAST = ["rita", "ned", "olga", "stan", "vera", "ann", "chang", "ada", "out"]
"""Reporter, neighbour, organization administrator, stranger, vendor of both, agent, change manager,
administrator, and whoever is signed out."""
LDC_PEOPLE = {"rita", "ned", "olga", "stan", "vera", "out"}
LAKESHORE_ONLY = {"rita", "ned", "olga", "out"}

FORBIDDEN = {
    "quillfeather": {"ned", "stan", "vera", "out"},  # Rita's restricted ticket
    "pinecanary": LAKESHORE_ONLY,  # the stranger's ticket, message, file, references, draft
    "lakecanary": {"stan", "out"},  # Rita's ordinary ticket
    "innercanary": LDC_PEOPLE,  # internal notes and their files
    "draftcanary": set(CAST) - {"rita"},  # what Rita has not sent
    "newcomer": set(CAST) - {"olga"},  # invited to Lakeshore, shown on its people page
    "pinecomer": set(CAST),  # invited to Pine Ridge, which has no administrator
    "stan@example.com": LAKESHORE_ONLY,
    "Pine Ridge Power": LAKESHORE_ONLY,
    schedule_world.FEED_WORDS: set(CAST),
    "viewcanary": set(CAST) - {"ann"},  # a view that Ann keeps for herself
    "deskcanary": LDC_PEOPLE,  # a view that is shared with the desk
    "ballotcanary": LDC_PEOPLE - {"stan"},  # who voted how on the board, where Stan sits
}
"""Word → who must not read it on any page."""

READY = {
    "title": ["Second draftcanary"],
    "description": ["Since Monday."],
    "environment": ["production"],
    "impact": ["minor"],
    "urgency": ["wait"],
    "visibility": ["organization"],
}
"""A report that only has to be sent."""


@dataclass
class World:
    """Who there is, and what they have."""

    people: dict[str, Person]
    ordinary: Incident
    restricted: Incident
    strange: Incident
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: dict[str, ServiceRequest] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def browser(self, persona: str) -> Client:
        """A new browser in which that persona is signed in, or nobody is."""
        browser = Client()
        if persona in self.sessions:
            browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[persona]
        return browser

    def address(self, name: str, about: str, query: str = "") -> str:
        """Where that is about that thing. ``query`` may name things in braces."""
        takes = ADDRESSES[name]
        kwargs = {part: value for part, value in self.things.get(about, {}).items() if part in takes}
        path = reverse(name, kwargs=kwargs)
        return f"{path}?{query.format(**self.ids())}" if query else path

    def ids(self) -> dict[str, Any]:
        """What a query string or a form can name."""
        named = {about: kwargs.get("public_id", "") for about, kwargs in self.things.items()}
        return named | {
            "stan": self.people["stan"].pk,
            "lakeshore": self.ordinary.organization_id,
            "pineridge": self.strange.organization_id,
            "form": version_of("connectivity-test").pk,
        }

    def form(self, name: str, about: str, said: dict[str, Any]) -> dict[str, Any]:
        """What a browser would send with a form that names everything any of them asks for."""
        versions = {"restricted": self.restricted.version, "strange": self.strange.version}
        versions |= {name: request.version for name, request in self.requests.items()}
        versions |= {name: problem.version for name, problem in self.problems.items()}
        versions |= {f"{move}_known": self.problems["known"].version for move in ("identify", "reject")}
        everything: dict[str, Any] = {
            "request_id": key(),
            "version": versions.get(about, self.ordinary.version),
            "message": "Because.",
            "template": self.things["reply_template"]["public_id"],
            "following": "yes",
            "severity": 2,
            "reason": "More of them than we thought.",
            "target": "restore",
            "start": "2026-03-02T08:00",
            "end": "2026-03-02T09:00",
            "draft": str(uuid.uuid4()),
            "email": "paul@example.com",
            "name": "Paul",
            "role": Role.LDC_STAFF.value,
            "organization": self.ordinary.organization_id,
            "title": "Exception report delivered twice",
            "description": "Since Monday.",
            "environment": "production",
            "impact": "minor",
            "urgency": "wait",
            "visibility": "organization",
            "time_zone": "America/Toronto",
            "language": "en",
            "theme": "dark",
            "density": "compact",
            "single_keys": "on",
            "password": "a well kept unusual secret",
            "done": "yes",
            "relation": "related",
            "satisfaction": "4",
            "people": self.people["vera"].pk,
            "reference": self.restricted.reference,
            "f_users": "Al,al@example.com,view",
            "f_environment": "production",
            "f_reason": "New.",
        }
        # Approvals, delegations and editing a request
        everything |= {
            "decision": "approve",
            "delegate": self.people["vera"].pk,
            "starts_on": today().isoformat(),
            "ends_on": today().isoformat(),
            "f_endpoint": "sftp.elsewhere.example",
        }
        # Problems
        everything |= {"area": "gui", "symptom": "The page stays white.", "on": today().isoformat()}
        # Merging and splitting
        everything |= {"into": "{twin}", "messages": self.things["twin"]["messages"]}
        if name == "tickets:unmerge" and about == "double":
            everything["version"] = self.things[about]["version"]
        # Decisions, consultation and reviews
        everything |= {
            "round": 1,
            "choice": "approve",
            "minutes": "All agreed.",
            "closes_on": (today() + timedelta(days=12)).isoformat(),
            "stance": "no_objection",
            "text": "Fine.",
            "outcome": "successful",
        }
        if name in {"changes:consult", "changes:review"}:
            everything["version"] = self.things[about]["version"]
        if name == "tickets:edit":
            everything["version"] = self.things[about]["version"]
        if name.startswith("changes:"):
            everything |= changes_world.form(self.things.get(about, {}))
        if name == "changes:schedule":
            everything |= schedule_world.form(timezone.now())
        if name in {"tickets:snooze", "tickets:queue_look"} or name.startswith("tickets:saved_view"):
            everything |= workspace_world.form(name, self.things.get(about, {}))
        if name == "file_upload":
            everything["file"] = SimpleUploadedFile("reads.txt", b"12 of 40")
        if name == "preferences":
            ways = {f"how-{group.name}": "daily" for desk in (True, False) for group in groups_for(desk=desk)}
            everything |= ways | {"version": 0, "daily_at": "07:30"}
        if name == "accounts:profile":
            everything["name"] = "Somebody Else"
        return everything | {field: str(value).format(**self.ids()) for field, value in said.items()}


def build(cast: dict[str, Person], incident: Callable[..., Incident], at: datetime) -> World:
    """Make the world."""
    rita, ned, olga, stan, ann, ada = (cast[name] for name in ("rita", "ned", "olga", "stan", "ann", "ada"))
    lakeshore, pineridge = (Organization.objects.get(name=n) for n in ("Lakeshore Hydro", "Pine Ridge Power"))
    ordinary = incident(at=at, title="BQ responses missing lakecanary", references="lakecanary.csv")
    restricted = incident(
        at=at, title="Payroll quillfeather", description="quillfeather", visibility="restricted"
    )
    strange = incident(
        at=at, by=stan, organization_id=pineridge.pk, title="GUI slow pinecanary", references="pinecanary.csv"
    )
    restricted_file = say(restricted, rita, "quillfeather", "quillfeather.txt", at)
    say(strange, stan, "pinecanary", "pinecanary.txt", at)
    strange = move_ticket(strange, "acknowledge", by=ann, at=at, version=strange.version)
    strange = move_ticket(strange, "ask", by=ann, at=at, version=strange.version, message="pinecanary?")
    world = World(cast, ordinary, restricted, strange)
    world.things = {
        "ordinary": {"reference": ordinary.reference},
        "restricted": {"reference": restricted.reference},
        "strange": {"reference": strange.reference},
        "cancel": {"reference": ordinary.reference, "name": "cancel"},
        "acknowledge": {"reference": ordinary.reference, "name": "acknowledge"},
        "cancel_restricted": {"reference": restricted.reference, "name": "cancel"},
        "no_such_move": {"reference": ordinary.reference, "name": "explode"},
        "triage": {"name": "triage"},
        "no_such_queue": {"name": "nobodys"},
        "file": there(say(ordinary, rita, "lakecanary", "lakecanary.txt", at)),
        "restricted_file": there(restricted_file),
        "internal_file": there(note(ordinary, ann, "innercanary", "innercanary.txt", at)),
        "strange_file": there(Attachment.objects.get(name="pinecanary.txt")),
        "ready_draft": {"public_id": draft(rita, at, **READY, organization=[str(lakeshore.pk)]).public_id},
        "draft": {
            "public_id": draft(rita, at, title=["draftcanary"], organization=[str(lakeshore.pk)]).public_id
        },
        "strange_draft": {"public_id": draft(stan, at, title=["pinecanary draft"]).public_id},
        "new_draft": {"public_id": uuid.uuid4()},
        "neds": {"pk": Membership.objects.get(person=ned).pk},
        "stans": {"pk": Membership.objects.get(person=stan).pk},
        "reset_key": {"uidb36": "1", "key": "set-password"},
        "passkey": {"pk": 1},
    }
    note(restricted, ann, "innercanary quillfeather", "innercanary-quillfeather.txt", at)
    drafts = Draft.objects.filter(public_id=world.things["draft"]["public_id"])
    world.things["draft_file"] = there(attach("draftcanary.txt", drafts.get(), rita, at))
    invited = invite("newcomer@example.com", organization=lakeshore, role=Role.LDC_STAFF, by=olga, at=at)
    pine = invite("pinecomer@example.com", organization=pineridge, role=Role.LDC_STAFF, by=ada, at=at)
    world.things |= {
        "invitation": {"public_id": invited.public_id},
        "strange_invitation": {"public_id": pine.public_id},
        "invited": {"token": invitation_token(invited)},
        "over": {"token": "made-up"},
        "way_out": {"token": foot(rita.pk, {"ticket.mine"}).stop.rstrip("/").rpartition("/")[2]},
        "no_way_out": {"token": "made-up"},
    }
    # Approvals, delegations and editing a request
    asked = {
        "asked": ask(item("organization_admin"), by=rita, organization=lakeshore, at=at, title="FTS lakecanary"),
        "asked_restricted": ask(
            item("organization_admin", visibility="restricted"), by=rita, organization=lakeshore, at=at,
            title="Passwords quillfeather", answers={"endpoint": "quillfeather"},
        ),
        "asked_strange": ask(
            item("organization_admin"), by=stan, organization=pineridge, at=at, title="FTS pinecanary",
            answers={"endpoint": "pinecanary"},
        ),
    }  # fmt: skip
    world.things |= {
        name: {"reference": one.reference, "public_id": waiting(one).public_id, "version": one.version}
        for name, one in asked.items()
    }
    delegation = Delegation.objects.create(person=olga, delegate=ned, starts_on=today(), ends_on=today())
    world.things["delegation"] = {"pk": delegation.pk}
    order_things(world, at)
    problem_things(world, at)
    deciding_things(world, at)
    bulk_things(world, at)
    world.things |= ordering(rita, lakeshore, at)
    world.things |= changes_world.things(cast, at)
    world.things |= merging_world.things(incident, rita, ann, at)
    world.things |= schedule_world.things(cast, at)
    world.things |= workspace_world.things(cast, at)
    world.things |= writing_world.things(ordinary, ann, at)
    for event in Event.objects.filter(internal=False):
        side = stan if event.record.organization_id == pineridge.pk else rita
        Notice.objects.create(person=side, event=event, at=event.at)
    Notice.objects.create(person=ned, event=Event.objects.filter(record=restricted.pk).earliest("pk"), at=at)
    assert Invitation.objects.count() == 2
    world.sessions = {persona: session_of(cast[persona]) for persona in CAST if persona in cast}
    return world


def session_of(person: Person) -> str:
    """Sign somebody in; answers the session's key."""
    browser = Client()
    browser.force_login(person)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def bulk_things(world: World, at: datetime) -> None:
    """Actions on many tickets: one that Ann has only chosen, one that is done, and one of Bob's."""
    chosen = {one.pk: one.version for one in (world.ordinary, world.strange)}
    ann, bob, theirs = world.people["ann"], world.people["bob"], world.requests["strange_feedback"]
    runs = {
        "bulk": choose(BulkKind.ASSIGN, chosen, by=ann, at=at),
        "bulk_reply": choose(BulkKind.REPLY, chosen, by=ann, at=at),
        "bulk_done": choose(BulkKind.TEAM, {theirs.pk: theirs.version}, by=ann, at=at),
        "bulk_of_bob": choose(BulkKind.ASSIGN, chosen, by=bob, at=at),
    }
    run_bulk(runs["bulk_done"], {"team": Team.objects.earliest("pk").pk}, by=ann, at=at)
    world.requests["strange_feedback"] = now_on(theirs)
    world.things |= {name: {"public_id": run.public_id} for name, run in runs.items()}
    world.things["chosen"] = {"public_id": f"{world.ordinary.pk}:{world.ordinary.version}"}


def order_things(world: World, at: datetime) -> None:
    """Requests that are being worked on, one of each LDC, and links to tickets, one of them to a restricted one."""
    rita, stan, ann = (world.people[name] for name in ("rita", "stan", "ann"))
    for name, by, about, canary in (
        ("feedback", rita, world.ordinary, "lakecanary"),
        ("strange_feedback", stan, world.strange, "pinecanary"),
    ):
        answers = FEEDBACK | {"observed": canary}
        made = order(
            "testing-feedback", answers, by=by, organization_id=about.organization_id, at=at, title=canary
        )
        move(made, "start", by=ann, at=at, version=made.version)
        world.requests[name] = now_on(made)
    mine, theirs = world.requests["feedback"], world.requests["strange_feedback"]
    ordinary = world.ordinary.reference
    shown = link(world.ordinary, mine.reference, "caused_by", by=rita, at=at)
    secret = link(world.ordinary, world.restricted.reference, "duplicate", by=rita, at=at)
    world.things |= {
        "feedback": {"reference": mine.reference},
        "strange_feedback": {"reference": theirs.reference},
        "task": {"reference": mine.reference, "pk": mine.tasks.earliest("pk").pk},
        "no_task_of_it": {"reference": mine.reference, "pk": theirs.tasks.earliest("pk").pk},
        "link": {"reference": ordinary, "pk": shown.pk},
        "secret_link": {"reference": ordinary, "pk": secret.pk},
        "team": {"name": "team-environments"},
    }


def problem_things(world: World, at: datetime) -> None:
    """A published problem that causes an incident of each LDC, with an internal face; and one not published."""
    pam = person("Pam", (Organization.objects.get(kind="sme"), Role.PROBLEM_MANAGER))
    world.people["pam"] = pam
    text = {"area": "gui", "symptom": "The page stays white.", "workaround": "1. Reload it."}
    inner = Internals("innercanary", "innercanary", "innercanary Pine Ridge Power")
    for name, title in (("known", "GUI stays white"), ("unpublished", "GUI innercanary")):
        made = open_problem(
            Face(title=title, **text),
            incidents=[world.ordinary, world.strange],
            internals=inner,
            by=pam,
            at=at,
        )
        made = move_problem(
            made,
            "investigate",
            by=pam,
            at=at,
            version=made.version,
            message="innercanary, as at Pine Ridge Power",
        )
        if name == "known":
            made = publish_problem(made, by=pam, at=at, version=made.version)
        follow_problem(made, True, by=world.people["stan"], at=at)
        world.problems[name] = Problem.objects.get(pk=made.pk)
        world.things[name] = {"reference": made.reference}
    known = world.problems["known"].reference
    candidate = ProblemCandidate.objects.create(
        area="gui", week_starts_on=at.date(), number=3, baseline=1, found_at=at
    )
    candidate.incidents.set([world.strange])
    world.things |= {
        "candidate": {"pk": candidate.pk},
        "no_candidate": {"pk": 0},
        "area": {"area": "gui"},
        "no_such_area": {"area": "made-up"},
        "identify_known": {"reference": known, "name": "identify"},
        "reject_known": {"reference": known, "name": "reject"},
        "no_such_problem_move": {"reference": known, "name": "explode"},
    }


# --- Decisions, consultation and reviews ----------------------------------------------------


def deciding_things(world: World, at: datetime) -> None:
    """RFCs in every state that somebody decides, answers or looks back in. Stan of Pine Ridge sits on the board."""
    rita, stan, chang, ann = (world.people[name] for name in ("rita", "stan", "chang", "ann"))
    cleo = Person.objects.get(name="Cleo")
    lakeshore, sme = world.ordinary.organization_id, min(chang.standing().organizations)
    seat(ann, chang, cleo, stan)
    Board.objects.update(quorum=1)
    old = Release.objects.create(name="8.2", summary="Faster reports.")
    ours = Release.objects.create(name="8.3")

    def rfc(organization: int, **columns: Any) -> RequestForChange:
        stated = {
            "title": "Reports once", "status": "assessment", "visibility": "everyone", "risk": "low",
            "category": "software", "description": "Once.", "reason": "Twice.", "reporter": rita,
        } | columns  # fmt: skip
        return RequestForChange.objects.create(
            kind=Kind.RFC, reference=RequestForChange.next_reference(Kind.RFC), organization_id=organization,
            created_at=at, updated_at=at, **stated,
        )  # fmt: skip

    made = {
        "put": rfc(lakeshore, release=old),
        "put_ours": rfc(lakeshore, title="Reports lakecanary", visibility="organization", release=ours),
        "decided": rfc(lakeshore),
        "consulted": rfc(sme, reporter=chang),
        "assessed": rfc(lakeshore),
        "done": rfc(lakeshore, status="implemented", title="Fix lakecanary", visibility="organization"),
        "strange_done": rfc(world.strange.organization_id, status="implemented", reporter=stan),
    }
    for name in ("put", "put_ours", "decided"):
        move_change(made[name], "put_to_board", by=chang, at=at, version=made[name].version)
    vote(made["put"].decisions.get(), "decline", "ballotcanary", by=cleo, at=at)
    for voter in (ann, chang, cleo):
        vote(made["decided"].decisions.get(), "approve", by=voter, at=at)
    asked = made["consulted"]
    closes_at = at + timedelta(days=11)
    open_consultation(
        asked, closes_at, by=chang, at=at, version=asked.version, message="Does April suit you?"
    )
    for organization, by, words in (
        (lakeshore, rita, "lakecanary"), (world.strange.organization_id, stan, "pinecanary"),
    ):  # fmt: skip
        home = Organization.objects.get(pk=organization)
        answer(asked.consultations.get(), home, "concern", f"{words} answer", by=by, at=at)
    for name, words in (("done", "lakecanary"), ("strange_done", "pinecanary")):
        ChangeReview.objects.create(
            rfc=made[name], text=f"{words} review", outcome="successful", by=chang, at=at
        )
    problem = Record.objects.create(
        kind=Kind.PROBLEM, reference="PRB-1", title="Twice pinecanary", reporter=ann, status="resolved",
        organization_id=world.strange.organization_id, created_at=at, updated_at=at,
    )  # fmt: skip
    for source, target, relation in (
        (world.restricted, made["done"], "continues"), (problem, made["put"], "fixed_by"),
    ):  # fmt: skip
        Link.objects.create(
            source_id=source.pk, target_id=target.pk, relation=relation, made_by=ann, made_at=at
        )
    world.things |= {
        name: {"reference": one.reference, "version": RequestForChange.objects.get(pk=one.pk).version}
        for name, one in made.items()
    }
    world.things |= {"release": {"name": old.name}, "our_release": {"name": ours.name}}


# --- Ordering -------------------------------------------------------------------------------

ORDER = {
    "title": ["Users draftcanary"],
    "f_users": ["Dana,draftcanary@utility.example,view"],
    "f_environment": ["production"],
    "f_reason": ["draftcanary"],
}
"""A request for GUI users that only has to be sent."""


def ordering(rita: Person, lakeshore: Organization, at: datetime) -> dict[str, dict[str, Any]]:
    """Things of the catalogue: an item, a choice, Rita's draft with its file, and a restricted request of hers."""
    slug = "gui-user-new"
    version = ItemVersion.objects.offered().get(item__slug=slug)
    data = ORDER | {"organization": [str(lakeshore.pk)], "_version": [str(version.pk)]}
    drafts = [
        Draft.objects.create(person=rita, form=f"request:{slug}", data=data, created_at=at, updated_at=at)
        for _ in range(2)
    ]
    attach("draftcanary-order.txt", drafts[0], rita, at)
    users = [{"name": "Quill", "email": "quillfeather@utility.example", "role": "view", "org_id": ""}]
    asked = Order(lakeshore.pk, version, "Users quillfeather", {"users": users}, requester=rita)
    ordered = submit_request(asked, draft=drafts[1], by=rita, at=at)
    return {
        "gui_users": {"name": "gui_users"},
        "no_such_choice": {"name": "made_up"},
        "new_gui_users": {"slug": slug},
        "no_such_item": {"slug": "made-up"},
        "order_draft": {"slug": slug, "public_id": drafts[0].public_id},
        "ordered": {"reference": ordered.reference, "public_id": ordered.reference},
    }


def draft(person: Person, at: datetime, **data: list[str]) -> Draft:
    """An unsent report."""
    made: Draft = Draft.objects.create(
        person=person, form="incident", data=data, created_at=at, updated_at=at
    )
    return made


def attach(name: str, to: Draft, by: Person, at: datetime) -> Attachment:
    """A small text file on a draft."""
    return attach_to_draft(SimpleUploadedFile(name, name.encode()), to, by=by, at=at)


def say(incident: Incident, by: Person, body: str, name: str, at: datetime) -> Attachment:
    """A public message with one file; answers the file."""
    return _with_file(reply, incident, by, body, name, at)


def note(incident: Incident, by: Person, body: str, name: str, at: datetime) -> Attachment:
    """An internal note with one file; answers the file."""
    return _with_file(add_note, incident, by, body, name, at)


def _with_file(
    act: Callable[..., Incident], incident: Incident, by: Person, body: str, name: str, at: datetime
) -> Attachment:
    holder = Draft.objects.create(person=by, form="message", created_at=at, updated_at=at)
    file = attach(name, holder, by, at)
    act(incident, body, by=by, at=at + timedelta(seconds=1), draft=holder)
    return file


def there(file: Attachment) -> dict[str, Any]:
    """How an address names a file."""
    return {"public_id": file.public_id, "name": file.name}


def addresses(
    resolver: URLResolver | None = None, prefix: str = "", above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, frozenset[str]]]:
    """Every name of the URLconf, namespaces included, with what its address takes."""
    for pattern in (resolver or get_resolver()).url_patterns:
        takes = above | set(pattern.pattern.regex.groupindex)
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from addresses(pattern, inner, takes)
        else:
            yield f"{prefix}{pattern.name}", takes


ADDRESSES = dict(addresses())
"""Every address of the portal by its name, with what it takes."""
