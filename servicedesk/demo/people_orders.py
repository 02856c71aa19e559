"""Requests about users of the GUI and of this portal."""

from servicedesk.demo.order_script import (
    OrderStory,
    Told,
    approves,
    approves_instead,
    declines,
    fulfils,
    ticks,
    ticks_all,
)
from servicedesk.demo.script import answer, ask, cancel, close, notes, says, start, take

STORIES = [
    OrderStory(
        "gui-user-new",
        "Add three GUI users for the billing team",
        {
            "users": "Ruth Kettlewell, ruth.kettlewell@{domain}, Billing analyst, {org}\n"
            "Ibrahim Sorrell, ibrahim.sorrell@{domain}, Billing analyst, {org}\n"
            "Annika Brodeur, annika.brodeur@{domain}, Read only, {org}",
            "environment": "production",
            "start_on": "{day:+4}",
            "reason": "The billing team grows from two to five before the winter cycles.",
        },
        (
            Told("Dana Whitfield", 88),
            Told("Fiona MacEachern", 1.9, "tick"),
        ),
        (
            start(60),
            ticks(80),
            says(40, "Names and roles are fine. All three accounts come with the same first day."),
            ticks(240),
            fulfils(
                90, "Ruth, Ibrahim and Annika can sign in. Each of them has an e-mail with the first steps."
            ),
            close(300, "All three are in, thank you."),
        ),
    ),
    OrderStory(
        "gui-user-new",
        "Trois accès à l’interface pour l’équipe de facturation",
        {
            "users": "Solange Tremblay-Roy; solange.tremblay-roy@{domain}; Analyste de facturation\n"
            "Benoît Lacasse; benoit.lacasse@{domain}; Analyste de facturation\n"
            "Mireille Audet; mireille.audet@{domain}; Lecture seule",
            "environment": "production",
            "reason": "Nouvelle équipe de facturation à partir du mois prochain.",
        },
        (Told("Marie-Ève Charbonneau", 1.2, "ask"),),
        (
            start(90),
            ask(60, "Bonjour Marie-Ève. Est-ce que Mireille doit aussi voir les données de RVD02?"),
            answer(120, "Oui, les deux ORG ID, s’il vous plaît."),
            fulfils(300, "Les trois accès sont ouverts."),
        ),
    ),
    OrderStory(
        "gui-user-new",
        "GUI access for two co-op students",
        {
            "users": "Naveen Pillai-Grant, naveen.pillai-grant@{domain}, Read only\n"
            "Elise Moosomin, elise.moosomin@{domain}, Read only",
            "environment": "quality",
            "start_on": "{day:+12}",
            "reason": "They repeat our test scripts for release 8.2.",
        },
        (Told("Tom Kowalczyk", 58),),
        (
            start(80),
            ticks(60),
            cancel(400, "Both have found work elsewhere. Please create nothing."),
        ),
    ),
    OrderStory(
        "gui-user-role",
        "Role of {user} should be billing analyst",
        {
            "user": "{user}",
            "email": "{user_mail}@{domain}",
            "environment": "production",
            "role": "bill",
            "reason": "Moved from field services to billing.",
        },
        (
            Told(
                "Kelsey Whetung-Arbour",
                0.2,
                "",
                fills={"user": "Jerome Baptiste-Hill", "user_mail": "jerome.baptiste-hill"},
            ),
        ),
        (
            start(70),
            ticks(60),
            fulfils(120, "{user} has the role of a billing analyst from the next sign-in on."),
        ),
    ),
    OrderStory(
        "gui-user-role",
        "GUI administrator’s role for our field supervisor",
        {
            "user": "Curtis Bellamy-Yuen",
            "email": "curtis.bellamy-yuen@{domain}",
            "environment": "production",
            "role": "manage",
            "reason": "Wants to unlock crews without asking anybody.",
        },
        (Told("Doug Rutherglen", 64),),
        (
            declines(
                150,
                "A GUI administrator is named by an organization’s administrator. Please let yours ask for it.",
                who="agent",
            ),
        ),
    ),
    OrderStory(
        "gui-user-reset",
        "Locked out of the GUI after a vacation",
        {
            "need": "unlock",
            "user": "{name}",
            "email": "{mail}",
            "environment": "production",
            "phone": "{phone}",
        },
        (
            Told("Aaron Medicine-Hart", 130),
            Told("Tom Kowalczyk", 0.05, ""),
        ),
        (
            start(20),
            ticks(30),
            fulfils(15, "Your account is open again. Thank you for picking up the phone so fast, {first}."),
        ),
    ),
    OrderStory(
        "gui-user-reset",
        "New GUI password, asked for by phone",
        {
            "need": "password",
            "user": "{name}",
            "email": "{mail}",
            "environment": "production",
            "phone": "{phone}",
        },
        (Told("Rhonda Paulmartin", 33),),
        (
            start(10),
            notes(5, "Called back at the number in our list. Answered the two questions on file."),
            fulfils(30, "We sent you a link for a new password. It works for a day."),
        ),
        on_behalf=True,
    ),
    OrderStory(
        "gui-user-remove",
        "End GUI access of two contractors",
        {
            "users": "c.ferrante@{domain}\nj.oduya@{domain}",
            "environment": "production",
            "urgent": "no",
            "last_day": "{day:+2}",
            "reason": "Their contract for the meter exchange ends.",
        },
        (Told("Doug Rutherglen", 0.8, "tick_all"),),
        (
            start(40),
            ticks_all(200),
            fulfils(60, "Both accounts are closed. Their scheduled reports go to you from now on."),
            close(400),
        ),
    ),
    OrderStory(
        "gui-user-remove",
        "End GUI access of a meter reader, today",
        {
            "users": "g.lavallee-brandt@{domain}",
            "environment": "production",
            "urgent": "yes",
            "reason": "Left us this morning.",
        },
        (Told("Peter Vandermeer", 2.2, "fulfil"),),
        (
            start(10),
            ticks(15),
            fulfils(20, "The account is closed. Its last sign-in was three days ago."),
        ),
    ),
    OrderStory(
        "desk-user-new",
        "Portal access for {user}",
        {
            "name": "{user}",
            "email": "{user_mail}@{domain}",
            "role": "ldc_staff",
            "language": "en",
            "reason": "Takes over reconciliation, and has to follow our tickets.",
        },
        (
            Told(
                "Warren Kakegamic-Ross",
                1.3,
                "fulfil",
                fills={"user": "Jolene Bannatyne", "user_mail": "jolene.bannatyne"},
            ),
            Told(
                "Dana Whitfield",
                0.15,
                "",
                fills={"user": "Ibrahim Sorrell", "user_mail": "ibrahim.sorrell"},
            ),
        ),
        (
            approves(120, "Yes, {user} starts this month."),
            take(30),
            ticks(40),
            fulfils(30, "The invitation to {user} is on its way. It works for 14 days."),
            close(500),
        ),
    ),
    OrderStory(
        "desk-user-new",
        "Accès au portail pour Solange Tremblay-Roy",
        {
            "name": "Solange Tremblay-Roy",
            "email": "solange.tremblay-roy@{domain}",
            "role": "ldc_staff",
            "language": "fr",
            "reason": "Remplacera Marie-Ève pendant ses congés.",
        },
        (Told("Marie-Ève Charbonneau", 5.9, "fulfil"),),
        (
            approves(200),
            take(60, "Bonjour Marie-Ève, nous nous en occupons cet après-midi."),
            ticks(60),
            fulfils(60, "L’invitation est partie. Le lien est valide pendant 14 jours."),
        ),
    ),
    OrderStory(
        "desk-user-new",
        "Portal access for our summer student",
        {
            "name": "Callum Reyes-Whitlock",
            "email": "callum.reyes-whitlock@{domain}",
            "role": "ldc_staff",
            "language": "en",
            "reason": "Helps with the exception report until September.",
        },
        (Told("Kelsey Whetung-Arbour", 154),),
        (declines(200, "He works with you on your screen. For eight weeks he needs no access of his own."),),
    ),
    OrderStory(
        "desk-user-new",
        "Portal access for the new settlements analyst",
        {
            "name": "Adele Kowaluk",
            "email": "adele.kowaluk@{domain}",
            "role": "ldc_staff",
            "language": "en",
            "reason": "Settlements answers the billing questions from now on.",
        },
        (Told("Stephen Nootchtai", 1.1, "approve"),),
        (approves_instead(240, "Agreed with Wei-Lin before her leave."),),
    ),
    OrderStory(
        "desk-user-new",
        "Portal access for our control room",
        {
            "name": "Control room",
            "email": "control-room@{domain}",
            "role": "ldc_staff",
            "language": "en",
            "reason": "Has to see outage tickets at night.",
        },
        (Told("Nathalie Groulx", 1.6, "ask"),),
        (
            approves(150),
            take(40),
            ask(
                60, "That reads like a mailbox of several people, and access is personal. Who should have it?"
            ),
        ),
    ),
    OrderStory(
        "desk-user-change",
        "Second administrator for {organization}",
        {
            "person": "{pk:Mei Fong Leung}",
            "role": "ldc_admin",
            "reason": "Gordon needs somebody who invites people while he is away.",
        },
        (Told("Crystal Beaucage-Moore", 26),),
        (
            approves(150, "Please do."),
            take(20),
            ticks(60),
            fulfils(30, "Mei Fong is an administrator of {organization} now."),
            close(200),
        ),
    ),
    OrderStory(
        "desk-user-change",
        "Peter needs to manage our people",
        {
            "person": "{pk:Peter Vandermeer}",
            "role": "ldc_admin",
            "reason": "The reorganization puts access under his team.",
        },
        (Told("Anjali Ramanathan", 12.4),),
        (cancel(600, "The reorganization is put off until spring. Sorry for the noise."),),
    ),
    OrderStory(
        "desk-user-remove",
        "{leaver} leaves us",
        {"person": "{pk:{leaver}}", "urgent": "{urgent}", "last_day": "{day:+10}", "reason": "{why}"},
        (
            Told(
                "Priya Venkataraman",
                70,
                fills={
                    "leaver": "Leslie Amundsen",
                    "urgent": "yes",
                    "why": "Left on Friday for another utility.",
                },
            ),
            Told(
                "Nathalie Groulx",
                0.45,
                "approve",
                fills={
                    "leaver": "Garth Millican",
                    "urgent": "no",
                    "why": "Retires. No tickets are open with him.",
                },
            ),
        ),
        (
            approves(30, "Confirmed."),
            take(10),
            ticks(20),
            fulfils(15, "The access of {leaver} has ended, and no ticket is open in that name."),
        ),
    ),
    OrderStory(
        "desk-administrator-change",
        "{successor} becomes organization administrator",
        {
            "person": "{pk:{successor}}",
            "reason": "Decided by our management team; see the letter.",
        },
        (
            Told("Doug Rutherglen", 3.6, "approve", fills={"successor": "Kelsey Whetung-Arbour"}),
            Told("Fiona MacEachern", 121, fills={"successor": "Nathalie Groulx"}),
        ),
        (
            approves(180),
            declines(
                500,
                "The letter carries one signature, and your by-law asks for two. Send it again with both.",
            ),
        ),
        files=("letter-of-authorization.pdf",),
    ),
]
