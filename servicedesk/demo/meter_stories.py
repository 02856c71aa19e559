"""Stories about meter reads, VEE, and the registration of meters and service delivery points."""

from servicedesk.demo.script import (
    Story,
    acknowledge,
    adds,
    answer,
    ask,
    cancel,
    close,
    fix,
    notes,
    passes_on,
    rates,
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
        "Synchronization file rejected with duplicate USDP",
        "`{sync_file}` was rejected as a whole: duplicate USDP {usdp}. That USDP appears once in our file. It"
        " was moved from ORG ID to ORG ID when we merged, maybe that matters.",
        "part",
        "today",
        (
            take(25, "Thank you. Please do not resend yet, we look at both ORG IDs first."),
            start(20),
            ask(40, "Could you send us the relationship rows of {usdp} from your registry?"),
            answer(90, "Attached: all rows of that USDP since 2019.", "rows-{usdp}.csv", who="colleague"),
            notes(
                30, "End date missing on the old ORG ID. Needs an end date one second before the new start."
            ),
            fix(
                60,
                "The old relationship had no end date. We end-dated it, and `{sync_file}` went through when"
                " we loaded it again.",
            ),
            close(120),
        ),
        references="{sync_file}, {usdp}",
        file="rejection-{date}.txt",
        told=4,
    ),
    Story(
        "GUI shows yesterday's reads as estimated",
        "Reads of {date} for about {count} meters show the flag E in the GUI, but our head-end has actual reads"
        " and sent them at {hour}:15 in `{read_file}`.",
        "part",
        "week",
        (
            acknowledge(40),
            take(30, "The file is here. We look at why VEE passed over it."),
            start(30),
            says(
                180,
                "The file came 20 minutes after the estimation cut-off. A late load replaces the estimates"
                " tonight, nothing to do for you.",
            ),
            fix(600, "The estimates of {date} were replaced by your actual reads. {count} of {count}."),
        ),
        references="{read_file}",
        file="gui-{date}.png",
        told=4,
    ),
    Story(
        "VEE spike check fails on 15-minute net-metering channel",
        "The spike check flags every sunny noon at net-metering channels with 15-minute intervals. {count}"
        " channels since we moved them from hourly. Estimates replace real generation.",
        "part",
        "week",
        (
            take(100, "That sounds like the threshold being applied to the wrong interval length."),
            start(60),
            ask(90, "Which VEE profile do these channels have on your side? We see two in use."),
            answer(500, "Profile NM-15 for all of them, see the export.", "vee-profiles-{date}.csv"),
            notes(
                60,
                "Threshold is per hour in the check, the channel is per quarter hour. Defect, not configuration.",
            ),
            vendor(
                120, "Our provider confirmed a defect in the check. We wait for the date of the correction."
            ),
            says(900, "The correction comes with release {release}."),
            workaround(
                300,
                "Until release {release} the spike check is off for profile NM-15, and we verify these"
                " channels by the daily sum.",
            ),
        ),
        references="{usdp}, profile NM-15",
        told=2,
    ),
    Story(
        "Net-metering channel missing after meter exchange",
        "Meter exchanged on {date} at {usdp}. The delivered channel is there, the received channel (generation)"
        " is missing since. The customer has solar panels and noticed.",
        "minor",
        "today",
        (
            acknowledge(60),
            take(30),
            ask(60, "Did the exchange transaction carry both channels? We see only one in `{sync_file}`."),
            answer(240, "You are right, our CIS dropped it. We send it again tonight."),
            fix(
                700,
                "Received, both channels are there, and the reads since {date} were assigned to the new one.",
            ),
            close(400),
        ),
        references="{usdp}",
        told=3,
    ),
    Story(
        "Crossed meters at two SDPs since July",
        "Two flats in one building were crossed at installation: {usdp} and {usdp2}. We need the reads swapped"
        " from 14 July on, and to know whether the BQ of both can be corrected.",
        "minor",
        "week",
        (
            take(200, "We can do that. It takes an approval, because both have been billed."),
            ask(60, "Please send the approval of your billing manager, naming both USDPs and the first day."),
            answer(1100, "Approved and attached.", "approval-crossed-meters.pdf"),
            notes(
                60, "Do the swap after the nightly run, then re-frame. Same steps as the last crossed pair."
            ),
            fix(
                900, "The reads are swapped from 14 July on. Please request new billing quantities for both."
            ),
            reopen(800, "The first one is right. {usdp2} has a gap on the first night, from 00:00 to 01:00."),
            fix(300, "Thank you for looking so closely: the swap began at 01:00. The missing hour is in."),
            close(500),
        ),
        references="{usdp}, {usdp2}",
        restricted=True,
        told=2,
    ),
    Story(
        "Reads of {count} meters missing since the head-end upgrade",
        "We upgraded our AMI head-end on {date}. Since then the MDM/R has no reads of {count} meters. The"
        " head-end has them and says that the files were delivered.",
        "part",
        "today",
        (
            take(20, "We have your files, but {count} meters in them carry another meter id than before."),
            start(15),
            ask(
                20,
                "Has the upgrade changed leading zeros in the AMCD ids? Ours begin with 00, the new ones do not.",
            ),
            answer(80, "Yes! The vendor says it is a setting. They set it back now."),
            says(200, "The latest file is fine. Please resend the files since {date}."),
            adds(120, "Resent, four files: `{read_file}` and the three after it."),
            fix(90, "All four loaded. {count} meters are complete again."),
        ),
        references="{read_file}",
        told=3,
    ),
    Story(
        "Orphan reads for {count} meters in the exception report",
        "The exception report lists {count} orphan reads: meters that we registered last week. Their"
        " registration was confirmed on {date}.",
        "part",
        "week",
        (
            acknowledge(100),
            start(
                200, "Registration is confirmed, but the SDP relationship starts a day after the first read."
            ),
            ask(30, "May we set the start to the day of installation?"),
            answer(300, "Please do, for all of them."),
            fix(400, "Done. The reads were taken from the orphan store and the exception is gone."),
        ),
        references="{exception_file}",
        file="orphans-{date}.csv",
        told=3,
    ),
    Story(
        "Estimated reads for five days in a row at a large customer",
        "The arena at {usdp} has had estimates for five days; its meter reads fine by hand. The bill is due.",
        "part",
        "today",
        (
            take(15),
            start(10, "We look at the raw files of these days."),
            says(
                60,
                "The reads come with the quality flag 'test mode'. VEE refuses those. Was the meter serviced?",
            ),
            adds(
                120,
                "Yes, last Thursday. The technician left it in test mode. It is out of it since {hour}:00.",
            ),
            fix(200, "Today's reads are actual. The five days stay estimated: the meter has no other data."),
        ),
        references="{usdp}",
        told=2,
    ),
    Story(
        "Half of the morning read file was not loaded",
        "`{read_file}` has {total} lines, the load report says {count}. No rejections are listed.",
        "part",
        "now",
        (
            take(10, "Looking at it now: your file is not the only one of this morning."),
            rates(15, 1, "Three LDCs have partial loads. It is the loader, not a file."),
            start(5),
            notes(20, "Loader 2 ran out of disk at 04:12. Provider on the phone.", who="manager"),
            vendor(10, "A disk of one loader is full. Our provider is extending it."),
            says(
                50,
                "The disk is extended. Loads of all LDCs are being repeated in order; yours is the fourth.",
            ),
            resume(20),
            fix(80, "All lines of `{read_file}` are loaded."),
            close(300),
        ),
        references="{read_file}",
        file="load-report-{date}.txt",
        told=1,
    ),
    Story(
        "Incremental synchronization is two days behind",
        "Our incremental synchronization of {date} was taken, but the changes in it do not show. The full file"
        " of the week before is still what the GUI shows.",
        "part",
        "week",
        (
            acknowledge(90),
            take(120),
            passes_on(300),
            start(
                60,
                "Files of {org} wait behind a full file that another LDC sent on a weekday. We move them forward.",
            ),
            fix(300, "All increments are applied. The GUI shows the state of this morning."),
        ),
        references="{sync_file}",
        told=2,
    ),
    Story(
        "Meter {usdp} shows the reads of another customer",
        "A customer opened the portal of our web vendor and saw somebody else's usage. We do not know yet"
        " whether the MDM/R or the vendor is wrong. Please keep this restricted.",
        "minor",
        "now",
        (
            take(10, "Understood. Only the people named on this ticket can read it."),
            start(10),
            notes(15, "Check ORG ID of the web service request first. Do not put names in here."),
            says(
                60,
                "Our web service answered with the right meter. The question that it got was for the wrong one:"
                " the vendor's table has an old relation.",
            ),
            adds(120, "The vendor found it. They corrected the relation and purge their cache."),
            fix(
                60,
                "Nothing was wrong in the MDM/R. We keep the log of these requests for your privacy officer.",
                "web-service-{date}.log",
            ),
            close(600),
        ),
        restricted=True,
        references="{usdp}",
        told=2,
    ),
    Story(
        "Reads stop at 23:00 for customers in Central time",
        "For {org}, the last hour of each day is missing until about 02:00 the next morning. It looks as if the"
        " day ended at midnight in Toronto, not here.",
        "minor",
        "week",
        (
            acknowledge(300),
            cancel(600, "Duplicate of your ticket of last week; we go on there.", who="agent"),
        ),
        only="grand-trunk-hydro",
        told=2,
    ),
]
