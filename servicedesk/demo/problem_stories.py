"""The twelve problems of the demo: one at least in every state of their life."""

from servicedesk.demo.problem_script import ProblemStory, Turn

ROW_LIMIT = """1. Split the request at 4,000 accounts, in the order of the account numbers.
2. Send the second part once the first response has arrived.
3. Put the two responses together before they go to the CIS.

The responses are complete: only the file that joins them is cut off."""
DUPLICATE_USDP = """1. Take the rejected lines out of the exception report.
2. Leave out those whose USDP stands there with today’s date.
3. Send the rest as an incremental synchronization file."""
STALE_READS = """1. Open the read once more from the list of the day, not from the search.
2. The flag shown there is the right one."""
SUMMER_TIME = """1. Ask for the day of the change with hours in UTC.
2. Convert them in the CIS."""
TWICE = """1. Compare the two files: the one with the later time in its name counts.
2. Delete the other before your import runs."""

STORIES: tuple[ProblemStory, ...] = (
    ProblemStory(
        "BQ responses are cut off after 4,096 accounts",
        "billing",
        74,
        "A response to a BQ request holds the first 4,096 accounts and ends there. No error is written, and the"
        " exception report is empty.",
        "Whoever asks for more than 4,096 accounts in one request.",
        (
            Turn(73, "investigate"),
            Turn(70, "publish"),
            Turn(66, "identify"),
            Turn(64, "workaround", ROW_LIMIT),
            Turn(63, "tried"),
            Turn(60, "declare"),
            Turn(31, "schedule", "8.3"),
            Turn(9, "replan", "8.3.1"),
            Turn(0.1, "link"),
            Turn(0.09, "notes"),
        ),
        planned_fix="Release 8.3.1 writes the response in pieces and joins them, whatever their number.",
        root_cause="The response job keeps its rows in a buffer of 4,096 and drops what comes after.",
        factors="The limit was set for the test environment, and went to production with release 8.0.",
        vendor="The provider has reproduced it, case 20417. The fix is in review there.",
        causes="BQ",
        most=6,
        followers=("Dana Whitfield", "Stephen Nootchtai", "Luc Desrosiers"),
        affects=("lakeshore-hydro", "nipissing-electric"),
    ),
    ProblemStory(
        "Synchronization refuses a USDP that was closed the same day",
        "sync",
        58,
        "A synchronization file that opens a service delivery point on the day on which it was closed is refused with"
        " “duplicate USDP”.",
        "Whoever closes and opens a service delivery point on the same day, as after a meter exchange.",
        (
            Turn(57, "investigate"),
            Turn(52, "identify"),
            Turn(50, "workaround", DUPLICATE_USDP),
            Turn(50, "publish"),
            Turn(49, "tried"),
            Turn(48, "declare"),
            Turn(0.1, "link"),
        ),
        planned_fix="The check will look at the time of day as well.",
        root_cause="The check for duplicates compares dates, not moments.",
        vendor="Quoted for the release after next.",
        causes="ynchronization",
        followers=("Wei-Lin Chau", "Dana Whitfield"),
        affects=("pine-ridge-power", "rideau-valley"),
    ),
    ProblemStory(
        "GUI shows yesterday’s reads as estimated until noon",
        "gui",
        26,
        "Reads that arrived in time carry the flag “estimated” in the GUI until about noon. Reports and billing"
        " quantities have the right flag.",
        "Everybody who looks at reads in the morning.",
        (
            Turn(26, "investigate"),
            Turn(24, "publish"),
            Turn(23, "workaround", STALE_READS),
            Turn(12, "tried"),
            Turn(0.1, "link"),
        ),
        root_cause="",
        factors="Seen since the cache of the GUI was made larger.",
        causes="GUI",
        followers=("Fiona MacEachern",),
        affects=("thousand-islands-power",),
    ),
    ProblemStory(
        "VEE spike check fails on 15-minute net-metering channels",
        "vee",
        19,
        "The spike check takes the export of a sunny noon for a spike, and estimates the interval.",
        "Net-metering customers with 15-minute intervals.",
        (Turn(18, "investigate"), Turn(16, "publish"), Turn(6, "identify")),
        planned_fix="A limit of its own for export channels.",
        root_cause="The limit of the hourly profile is applied to quarters of an hour without dividing it.",
        causes="VEE",
        followers=("Anjali Ramanathan", "Doug Rutherglen"),
        affects=("kawartha-light-power",),
    ),
    ProblemStory(
        "Exception report is delivered twice after a restart",
        "reports",
        47,
        "On the morning after a restart the exception report arrives twice, with a minute between the two.",
        "Every organization with a daily exception report.",
        (
            Turn(46, "investigate"),
            Turn(45, "publish"),
            Turn(44, "identify"),
            Turn(44, "workaround", TWICE),
            Turn(43, "declare"),
            Turn(30, "schedule", "8.2"),
            Turn(3, "resolve"),
        ),
        planned_fix="The delivery notes what it has sent before it restarts.",
        root_cause="The delivery keeps what it has sent in memory alone.",
        causes="xception report",
        followers=("Marcus Oyelaran", "Gordon Tessier"),
        affects=("grand-trunk-hydro",),
    ),
    ProblemStory(
        "Interval data of the day on which the clocks change lacks an hour",
        "vee",
        110,
        "Extracts of the day on which summer time begins hold 22 hours instead of 23.",
        "Whoever asks for an extract of that day in local time.",
        (
            Turn(108, "investigate"),
            Turn(105, "identify"),
            Turn(104, "workaround", SUMMER_TIME),
            Turn(104, "publish"),
            Turn(100, "declare"),
            Turn(80, "schedule", "8.1"),
            Turn(62, "resolve"),
            Turn(55, "verify"),
            Turn(54, "close"),
        ),
        root_cause="The extract counts from midnight in local time and stops after 23 steps of the hour before.",
        causes="nterval",
        affects=("rideau-valley", "temagami-utilities"),
    ),
    ProblemStory(
        "File transfer drops the acknowledgement when two files arrive within a second",
        "files",
        15,
        "Two files that arrive within the same second get one acknowledgement. Both are processed.",
        "Whoever sends files in bursts.",
        (Turn(14, "investigate"),),
        factors="Only seen on the newer of the two transfer nodes.",
        causes="AS2",
        most=3,
    ),
    ProblemStory(
        "Web service answers slowly at the end of a billing window",
        "web",
        5,
        "Calls take more than ten seconds in the last hour of a billing window.",
        "",
        (),
        causes="slow",
        most=3,
    ),
    ProblemStory(
        "Meter exchanges lose the net-metering channel",
        "sync",
        2,
        "After a meter exchange the net-metering channel is missing until somebody adds it by hand.",
        "Net-metering customers whose meter was exchanged.",
        (),
        causes="Net-metering channel",
        most=3,
    ),
    ProblemStory(
        "Sandbox loses its users at every refresh",
        "other",
        64,
        "After a refresh of the Sandbox the users made in it are gone.",
        "Whoever tests in the Sandbox.",
        (
            Turn(63, "investigate"),
            Turn(61, "publish"),
            Turn(60, "reject", "A refresh copies production: users of the Sandbox are made anew each time, as the"
                 " manual says. The form for a refresh asks for them now."),
        ),
        environment="sandbox",
        causes="andbox",
    ),
    ProblemStory(
        "BQ response file ends early for large cycles",
        "billing",
        70,
        "The response file of a large billing cycle ends early.",
        "Large cycles.",
        (
            Turn(69, "investigate"),
            Turn(67, "merge", "The same limit: it is handled there.", "BQ responses are cut off"),
        ),
        causes="BQ",
        most=2,
    ),
    ProblemStory(
        "AS2 certificates are offered for renewal too late",
        "files",
        38,
        "The notice that a certificate ends comes three days before, which is less than an LDC’s own change takes.",
        "Every organization that sends files by AS2.",
        (
            Turn(37, "investigate"),
            Turn(35, "identify"),
            Turn(35, "publish"),
            Turn(21, "schedule", "8.3"),
            Turn(8, "call_off"),
        ),
        planned_fix="A first notice sixty days before the end.",
        root_cause="The notice hangs on the renewal job, which runs three days before the end.",
        causes="certificate",
        followers=("Birgit Lindholm", "Nathalie Groulx"),
        affects=("thousand-islands-power", "grand-trunk-hydro", "lakeshore-hydro"),
    ),
)  # fmt: skip
