"""Requests about environments, testing feedback, and requests for change."""

from servicedesk.demo.order_script import (
    OrderStory,
    Told,
    becomes_incident,
    declines,
    fulfils,
    ticks,
    ticks_all,
)
from servicedesk.demo.script import answer, ask, cancel, close, notes, reopen, says, start, take

STORIES = [
    OrderStory(
        "testing-feedback",
        "BQ script step 4 returns 12 of 40 accounts",
        {
            "environment": "quality",
            "release": "8.2",
            "step": "BQ-07, step 4",
            "expected": "A response file with 40 accounts.",
            "observed": "A response file with 12 accounts, and no exception report. The same after a second try.",
        },
        (Told("Anjali Ramanathan", 1.3, "become"),),
        (
            take(60, "Thank you, that is worth a closer look."),
            notes(
                120,
                "Seen here as well: the request stops at the first ULO account. A defect, not a test-data matter.",
            ),
            becomes_incident(30, "part", "week"),
        ),
        files=("bq-07-response.txt", "bq-07-step-4.png"),
    ),
    OrderStory(
        "testing-feedback",
        "Export button is hidden behind the totals in release 8.2",
        {
            "environment": "sandbox",
            "release": "8.2",
            "step": "GUI-03, step 2",
            "expected": "The button to the right of the table.",
            "observed": "At a width of 1280 the totals lie over it. Ctrl-minus brings it back.",
        },
        (Told("Stephen Nootchtai", 0.35, ""),),
        (
            start(200),
            ticks(200),
            ticks(200),
            fulfils(
                100, "We see it too. It goes to our provider as a comment on release 8.2, with your picture."
            ),
            close(700),
        ),
        files=("gui-03.png",),
    ),
    OrderStory(
        "testing-feedback",
        "Le rapport d’exceptions de la version 8.2 est sans accents",
        {
            "environment": "quality",
            "release": "8.2",
            "step": "RAP-02, étape 1",
            "expected": "« Relevé estimé » dans la colonne du motif.",
            "observed": "« Relev? estim? » dans toutes les lignes.",
        },
        (Told("Marie-Ève Charbonneau", 17),),
        (
            start(120, "Bien vu, nous refaisons l’étape avec votre fichier."),
            ticks_all(500),
            fulfils(60, "C’est l’encodage du nouveau rapport. La correction vient avec la version 8.2.1."),
        ),
        files=("rap-02.txt",),
    ),
    OrderStory(
        "testing-feedback",
        "VEE script passes a spike that it should fail",
        {
            "environment": "quality",
            "release": "8.2",
            "step": "VEE-05, step 3",
            "expected": "The read of 14:00 fails the spike check and is estimated.",
            "observed": "The read passes, without a flag.",
        },
        (
            Told("Priya Venkataraman", 1.1, "tick"),
            Told("Luc Desrosiers", 5.2, "fulfil"),
        ),
        (
            start(100),
            ticks(300),
            fulfils(
                200,
                "The channel had the profile for net metering, which allows it. The script names another now.",
            ),
        ),
        files=("vee-05.csv",),
    ),
    OrderStory(
        "testing-feedback",
        "Le script BQ-03 attend un fichier qui n’existe pas",
        {
            "environment": "quality",
            "release": "8.2",
            "step": "BQ-03, étape 2",
            "expected": "Un fichier de réponse dans le dossier d’essai.",
            "observed": "Le dossier reste vide, même après une nuit.",
        },
        (Told("Marie-Ève Charbonneau", 1.8, "ask"),),
        (
            start(90),
            ask(120, "Chez nous, le fichier arrive. Pour quel ORG ID avez-vous envoyé la demande?"),
        ),
    ),
    OrderStory(
        "testing-feedback",
        "Synchronization script rejects a blank meter number",
        {
            "environment": "quality",
            "release": "8.2",
            "step": "SYN-11, step 1",
            "expected": "A point without a meter is registered, as in release 8.1.",
            "observed": "The whole file is rejected.",
        },
        (Told("Samira Kazemi", 27),),
        (
            declines(
                300,
                "Release 8.2 is meant to do that: a point without a meter has a record type of its own now."
                " See the release notes, section 3.",
                who="agent",
            ),
        ),
    ),
    OrderStory(
        "testing-feedback",
        "ULO totals are missing on the summary page",
        {
            "environment": "sandbox",
            "release": "8.2",
            "step": "GUI-09, step 5",
            "expected": "Four periods under the graph.",
            "observed": "Three periods, and ULO is not among them.",
        },
        (Told("Harpreet Sandhu", 19),),
        (cancel(200, "We were in the Sandbox before its refresh. In release 8.2 all four are there."),),
        files=("gui-09.png",),
    ),
    OrderStory(
        "sandbox-access",
        "Sandbox refresh before release 8.2 testing",
        {
            "need": "refresh",
            "refresh_on": "{day:+8}",
            "release": "8.2",
            "notes": "We save our test scripts before that day.",
        },
        (Told("Stephen Nootchtai", 2.9, "tick"),),
        (
            start(90),
            says(60, "That day is free. The refresh begins at 18:00 and takes about four hours."),
            ticks(60),
            ticks(1200),
            fulfils(60, "Your Sandbox has the data of last night, and release 8.2."),
            reopen(200, "Two of our three ORG IDs' tables are empty."),
            fulfils(300, "The second half of the load had stopped. All tables are filled now."),
        ),
    ),
    OrderStory(
        "sandbox-access",
        "Sandbox access for two testers",
        {
            "need": "access",
            "people": "{mail}\nodette.fairbairn@{domain}",
            "release": "8.2",
        },
        (Told("Mei Fong Leung", 2.7, "fulfil"),),
        (
            start(80),
            ticks(100),
            fulfils(400, "Both of you can sign in to the Sandbox. It has release 8.2 already."),
        ),
    ),
    OrderStory(
        "test-slot",
        "Two days of enrolment testing with the new head-end",
        {
            "environment": "quality",
            "opens_at": "{day:+14} 08:00",
            "closes_at": "{day:+15} 17:00",
            "other_times": "Any two days of the week after",
            "release": "8.2",
            "purpose": "Enrolment and first reads of 200 meters",
        },
        (
            Told("Beatrix Langevin", 79),
            Told("Anjali Ramanathan", 0.7, ""),
        ),
        (
            start(100),
            ticks(120),
            ticks(120),
            fulfils(60, "The slot is yours. Nobody else loads anything on those days."),
            close(1200),
        ),
    ),
    OrderStory(
        "test-slot",
        "Quality Assurance over the holidays",
        {
            "environment": "quality",
            "opens_at": "{day:+30} 08:00",
            "closes_at": "{day:+36} 17:00",
            "purpose": "A load test with all our meters",
        },
        (Told("Harpreet Sandhu", 22),),
        (
            declines(
                200,
                "The environment is frozen that week for release 8.2. The week after is free.",
                who="agent",
            ),
        ),
    ),
    OrderStory(
        "test-slot",
        "A day for the ULO regression scripts",
        {
            "environment": "quality",
            "opens_at": "{day:+10} 08:00",
            "closes_at": "{day:+10} 17:00",
            "release": "8.2",
            "purpose": "All ULO scripts once more, with the new framing",
        },
        (Told("Gordon Tessier", 41),),
        (
            start(100),
            ticks(100),
            cancel(500, "Our framing is two weeks late. We ask for a new day when it is loaded."),
        ),
    ),
    OrderStory(
        "test-data-load",
        "Test data for the synchronization scripts",
        {
            "environment": "quality",
            "org_id": "{org}",
            "source": "files",
            "needed_on": "{day:+6}",
            "notes": "200 delivery points with a month of invented reads.",
        },
        (Told("Samira Kazemi", 1.9, "ask"),),
        (
            start(100),
            ask(200, "Eleven rows name a meter that is not in your file of meters. Is one file missing?"),
            answer(300, "It is: here is the second one.", "more-meters.csv"),
            ticks(200),
            ticks(300),
            fulfils(60, "200 delivery points and 144,000 reads are loaded."),
            close(500),
        ),
        files=("points.csv", "reads.csv"),
    ),
    OrderStory(
        "test-data-load",
        "Copy nine production points to the Sandbox",
        {
            "environment": "sandbox",
            "org_id": "{org}",
            "source": "production",
            "sdps": "{sdps}",
            "needed_on": "{day:+9}",
        },
        (Told("Priya Venkataraman", 0.9, "start"),),
        (start(120),),
    ),
    OrderStory(
        "connectivity-test",
        "See that AS2 works after our firewall change",
        {
            "environment": "production",
            "connection": "as2",
            "addresses": "198.51.100.7",
            "test_at": "{day:+3} 10:30",
            "technician": "{name}, {phone}",
        },
        (Told("Gordon Tessier", 0.8, "start"),),
        (
            start(60),
            ticks(100),
            fulfils(600, "Three files there, three back, all receipts signed."),
            close(60),
        ),
    ),
    OrderStory(
        "dr-exercise",
        "Take part in the autumn disaster-recovery exercise",
        {
            "org_id": "{org}",
            "processes": ["reads", "billing"],
            "participants": "{name}, {mail}, {phone}",
            "connection": "unsure",
            "notes": "It would be our first one.",
        },
        (
            Told("Sunita Bhattacharjee", 85),
            Told("Luc Desrosiers", 6.6, "tick"),
        ),
        (
            start(200, "You are welcome. We test your connection first, since you are not sure."),
            ticks(300),
            ticks(1500),
            fulfils(600, "Your connection works, and the instructions are on their way."),
            close(900),
        ),
    ),
]
