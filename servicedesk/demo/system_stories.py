"""Stories about access, file transfer, environments and the MDM/R itself."""

from servicedesk.demo.script import (
    Story,
    acknowledge,
    adds,
    answer,
    ask,
    cancel,
    close,
    fix,
    names_contact,
    notes,
    passes_on,
    reopen,
    resume,
    says,
    start,
    take,
    vendor,
    workaround,
)

STORIES = [
    Story(
        "AS2 certificate expires on 3 March",
        "The certificate of our AS2 endpoint for {org} expires on 3 March. The new one is attached as text."
        " Can both be valid for a week?",
        "minor",
        "wait",
        (
            acknowledge(400),
            take(500, "Both can be valid. We import the new one with the next maintenance on Thursday."),
            start(1400),
            fix(300, "Imported and tested with a file of ours. Switch whenever you like before 3 March."),
        ),
        references="{org}",
        file="as2-certificate.txt",
        told=2,
    ),
    Story(
        "File transfer refuses our connection since {hour}:00",
        "Since {hour}:00 the FTS server answers 'connection refused' from both our addresses. Nothing was changed on"
        " our side. Reads of {total} meters are waiting.",
        "billing",
        "today",
        (
            take(8, "We see your attempts. Looking at the firewall now."),
            start(5),
            ask(15, "Which public address do you come from? We see one that is not on your list."),
            answer(
                25,
                "Our provider moved us last night, it turns out. New address is in the file.",
                "addresses.txt",
            ),
            fix(
                30,
                "The new address is let in. Please send the configuration request as well, so that it is on"
                " paper: the approval can follow.",
            ),
            close(100),
        ),
        references="{org}",
        told=3,
    ),
    Story(
        "MDM/R GUI answers with an error page for everybody",
        "Nobody here can open the GUI since {hour}:20: 'Service temporarily unavailable'. A neighbouring LDC has"
        " the same.",
        "all",
        "now",
        (
            take(5, "Confirmed. We have it at the desk as well. The critical incident manager is told."),
            start(4),
            notes(10, "Bridge is open. Provider says application pool 2 is not answering.", who="manager"),
            says(
                25,
                "The cause is being looked for with our provider. Files are taken and processed; only the GUI"
                " is affected.",
            ),
            vendor(10, "Our provider restarts the application servers one by one."),
            says(35, "Two of four servers answer again. The GUI works, slowly."),
            resume(25),
            fix(
                30,
                "All four servers answer. We keep watching it until tomorrow, and a problem record follows.",
            ),
            close(400),
        ),
        told=2,
    ),
    Story(
        "GUI very slow when listing more than {count} meters",
        "The list of meters by route takes more than a minute and then sometimes gives up. It was quick before"
        " release {release}.",
        "minor",
        "week",
        (
            acknowledge(200),
            take(300),
            start(200, "We can see it too: about 70 seconds for your largest route."),
            vendor(
                500, "The query lost an index with the release. Our provider puts it back on Sunday night."
            ),
            says(1200, "Sunday's work was postponed by a day. Sorry for the wait."),
            resume(500),
            fix(100, "The index is back: two seconds for the same list."),
        ),
        file="slow-list.png",
        told=3,
    ),
    Story(
        "Add three GUI users for the billing team",
        "Please add three users for our billing team, read-only, from the 1st on. Names follow by request form.",
        "minor",
        "week",
        (
            take(200),
            cancel(
                60,
                "We do that gladly, as a request: it is under “MDM/R GUI user requests”, where the names are"
                " checked line by line. This incident ends here.",
                who="agent",
            ),
        ),
        told=2,
    ),
    Story(
        "Sandbox refresh before release {release} testing",
        "We begin testing release {release} next week. The Sandbox has old data. Can it be refreshed before?",
        "minor",
        "week",
        (
            acknowledge(120),
            take(300, "We plan it for Thursday evening. Please save what you need before."),
            start(900),
            fix(600, "Refreshed with the data of last Sunday."),
            close(200),
        ),
        environment="sandbox",
        told=3,
    ),
    Story(
        "Test script 7.3 fails on release {release}: wrong rounding",
        "Release {release}, script 7.3, step 4. Expected: 0.125 kWh stays three digits. Observed: 0.13 in the BQ"
        " response. Evidence attached.",
        "part",
        "week",
        (
            take(100, "Thank you for the evidence, we can repeat it."),
            start(100),
            notes(60, "Rounding moved from output to input with the new library. Tell the release manager."),
            vendor(200, "Reported to our provider as a defect of release {release}."),
            says(1500, "A corrected build is promised for the end of the week."),
            resume(300, "The build is installed in Quality Assurance. Please run 7.3 again."),
            adds(500, "7.3 passes. 7.4 as well."),
            fix(60, "Then this is done. It stays out of Production."),
        ),
        environment="quality",
        file="script-7-3.pdf",
        told=3,
    ),
    Story(
        "Quality Assurance does not take files of {org}",
        "Every file to the test environment is rejected with 'unknown sender'. Production is fine.",
        "part",
        "week",
        (
            acknowledge(100),
            start(
                300, "After the last refresh the senders of Production were loaded, but not the test ones."
            ),
            fix(200, "Yours is entered again. We added it to the checklist of the refresh."),
        ),
        environment="quality",
        told=2,
    ),
    Story(
        "Disaster Recovery: BQ request not answered in the exercise",
        "In today's exercise we sent a BQ request to the recovery site. It was accepted and never answered.",
        "part",
        "today",
        (
            take(20, "Seen. The exercise goes on, please continue with step 6."),
            start(30),
            notes(
                60,
                "Response job is switched off at the recovery site. The runbook does not say to switch it on.",
            ),
            fix(
                120,
                "The job that answers was not started at the recovery site. It is now, and the runbook says so.",
            ),
        ),
        environment="recovery",
        told=2,
    ),
    Story(
        "Report subscription stopped for {org}",
        "The weekly read-quality report has not come for two weeks. The subscription shows as active.",
        "minor",
        "wait",
        (
            acknowledge(600),
            take(800),
            ask(300, "Does the report come into the outbound folder or by mail? We see both configured."),
            answer(1500, "The folder, please. The mailbox of that person is gone."),
            fix(900, "Set to the folder alone. The two missing reports are there too."),
        ),
        told=2,
    ),
    Story(
        "Web service returns 500 for interval requests over 31 days",
        "Requests for 31 days work, 32 days end with a 500. The specification says 92. We worked around it by"
        " asking thrice, but the quota suffers.",
        "part",
        "wait",
        (
            acknowledge(300),
            take(200, "We can repeat it. It should say what is wrong in any case, not 500."),
            start(100),
            vendor(
                400,
                "With our provider: the limit of the specification was not carried over in release {release}.",
            ),
            workaround(2400, "The correction is planned. Until then your quota is three times as high."),
            reopen(500, "The quota was raised for {org} only; our second ORG ID still runs into it."),
            workaround(200, "Raised for all your ORG IDs."),
        ),
        file="request-{date}.txt",
        told=2,
    ),
    Story(
        "A former colleague can still sign in to the GUI",
        "Somebody who left us last month can still sign in. Please lock the account now, we send the request form"
        " after. Restricted, please: it is about a person.",
        "minor",
        "now",
        (
            take(6, "Locked at once. You need not send the name here; we found it in your removal request."),
            start(3),
            notes(10, "Removal request was done for QA only. Same day promise missed: tell the manager."),
            names_contact(60),
            fix(60, "Locked in every environment. There was no sign-in since the last working day."),
        ),
        restricted=True,
        told=2,
    ),
    Story(
        "Password reset mails of the GUI do not arrive",
        "Two users asked for a reset this morning and have no mail. Our mail log shows nothing from you.",
        "minor",
        "today",
        (
            take(60),
            start(
                60, "The mails were sent at {hour}:02 and refused: your gateway does not know our new sender."
            ),
            says(
                30,
                "Please let the sender in that is named in last month's bulletin, or tell us which rule refused it.",
            ),
            adds(300, "Our mail team had missed the bulletin. It works now."),
            fix(20, "Good. Then we close this soon."),
            close(60),
        ),
        told=2,
    ),
    Story(
        "Daily statistics page shows {date} twice",
        "Cosmetic: the statistics page lists {date} twice and leaves the day after out. The numbers seem right.",
        "minor",
        "wait",
        (
            acknowledge(500),
            start(2500),
            passes_on(600),
            workaround(
                1800, "Known, and corrected with release {release}. The report has the right days meanwhile."
            ),
        ),
        file="statistics.png",
        told=2,
    ),
]
