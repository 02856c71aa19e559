"""Requests about data in the MDM/R."""

from servicedesk.demo.order_script import (
    OrderStory,
    Told,
    approves,
    converts,
    declines,
    fulfils,
    ticks,
    ticks_all,
)
from servicedesk.demo.script import answer, ask, cancel, close, notes, reopen, says, start, take

STORIES = [
    OrderStory(
        "interval-data-extract",
        "Hourly reads of nine delivery points for a high-bill dispute",
        {
            "org_id": "{org}",
            "sdps": "{sdps}",
            "from_on": "{day:-60}",
            "until_on": "{day:-1}",
            "reads": ["interval", "quality"],
            "reason": "A customer disputes two bills; the hearing is next month.",
        },
        (
            Told("Mei Fong Leung", 1.7, "ask"),
            Told("Crystal Beaucage-Moore", 6.3, "reopen"),
        ),
        (
            start(150),
            ticks(100),
            ask(60, "Two of the IDs ended in spring. Do you want the reads before that, too?"),
            answer(200, "Yes, all there is of them."),
            ticks(600),
            fulfils(200, "The extract is in your folder: one file per month, with flags."),
            reopen(300, "The second month stops on the 27th. Is there another file?"),
            fulfils(500, "The last four days are in a third file. Sorry, we looked past it."),
            close(200, "Complete now, thank you."),
        ),
    ),
    OrderStory(
        "interval-data-extract",
        "List of all our delivery points, to compare with our CIS",
        {
            "org_id": "{org}",
            "sdps": "{sdps}",
            "from_on": "{day:-2}",
            "until_on": "{day:-1}",
            "reads": ["register"],
            "reason": "We want to compare what the MDM/R holds with our CIS.",
        },
        (Told("Peter Vandermeer", 35),),
        (
            take(60),
            converts(
                30,
                "synchronization-audit",
                "What you describe is a synchronization audit report: it has every point, not only nine.",
            ),
            says(
                200,
                "Of yesterday, and all delivery points, please. I did not know that report.",
                who="reporter",
            ),
            start(60),
            ticks(400),
            fulfils(200, "The report is in your folder: 18,204 delivery points, 31 without a meter."),
            close(300),
        ),
    ),
    OrderStory(
        "bq-rerequest",
        "Send the billing quantities of cycle {cycle} again",
        {
            "org_id": "{org}",
            "which": "cycle",
            "cycle": "{cycle}",
            "from_on": "{day:-35}",
            "until_on": "{day:-5}",
            "window_ends_at": "{day:+3} 12:00",
        },
        (
            Told("Dana Whitfield", 44),
            Told("Yusuf Hadley", 0.3, "start", organization="pine-ridge-power"),
        ),
        (
            start(30),
            ticks(90),
            says(30, "All reads of the cycle are there by now. We run the request this afternoon."),
            ticks(120),
            fulfils(90, "The response was delivered at 15:20, with all accounts."),
            close(100, "It is here, and it balances."),
        ),
    ),
    OrderStory(
        "bq-rerequest",
        "Renvoyer les quantités de facturation de neuf points",
        {
            "org_id": "{org}",
            "which": "some",
            "sdps": "{sdps}",
            "from_on": "{day:-40}",
            "until_on": "{day:-9}",
        },
        (Told("Marie-Ève Charbonneau", 30),),
        (
            start(45, "Nous regardons les relevés de ces neuf points."),
            ticks(120),
            fulfils(
                300,
                "La réponse est livrée. Deux points avaient encore des relevés estimés, remplacés depuis.",
            ),
            close(300, "Merci, tout concorde."),
        ),
    ),
    OrderStory(
        "resubmission-window",
        "Window to send reads again after a head-end outage",
        {
            "org_id": "{org}",
            "from_on": "{day:-4}",
            "until_on": "{day:-2}",
            "opens_at": "{day:+1} 18:00",
            "closes_at": "{day:+2} 06:00",
            "reads": "About 96,000 interval reads of 1,300 meters",
            "reason": "Our head-end stood still for a night and a day.",
        },
        (
            Told("Warren Kakegamic-Ross", 73),
            Told("Xiao-Ming Guan", 2.1, "fulfil"),
        ),
        (
            start(40),
            ticks(60),
            ticks(100),
            says(500, "The window is open. We look in at midnight."),
            fulfils(300, "Everything arrived by 02:15, and no estimate of those days is left."),
        ),
    ),
    OrderStory(
        "crossed-meters",
        "Crossed meters at two SDPs since July",
        {
            "org_id": "{org}",
            "pairs": "{sdp}, {meter}, {sdp2}, {meter2}, {day:-120}",
            "billed": "yes",
            "rebill_on": "{day:+30}",
        },
        (
            Told("Priya Venkataraman", 25),
            Told("Nathalie Groulx", 3.9, "tick"),
        ),
        (
            start(120),
            ticks(300),
            notes(
                60, "Reads since the exchange fit the other house: one has electric heating, the other not."
            ),
            says(60, "The reads say the same as your field report. We correct the registration tomorrow."),
            ticks(500),
            ticks(700),
            fulfils(800, "Registration and reads are put right, and the billing quantities sent again."),
            close(600),
        ),
        files=("field-report.pdf", "meters.png"),
    ),
    OrderStory(
        "crossed-meters",
        "Crossed meters in a duplex, seen before the first bill",
        {
            "org_id": "{org}",
            "pairs": "{sdp}, {meter}, {sdp2}, {meter2}, {day:-12}",
            "billed": "no",
        },
        (
            Told("Aaron Medicine-Hart", 0.3, ""),
            Told("Gordon Tessier", 112),
        ),
        (
            start(150),
            ticks(300),
            ticks(500),
            fulfils(700, "Both meters stand at the right delivery point, and the reads with them."),
            close(300),
        ),
    ),
    OrderStory(
        "synchronization-audit",
        "Audit report of the points changed since our last load",
        {
            "org_id": "{org}",
            "as_of": "{day:-1}",
            "extent": "changed",
            "changed_since": "{day:-30}",
        },
        (
            Told("Rhonda Paulmartin", 8.5),
            Told("Tom Kowalczyk", 2.4, "tick_all"),
        ),
        (
            start(100),
            ticks_all(500),
            fulfils(200, "The report is delivered. {count} points changed since your last load."),
        ),
    ),
    OrderStory(
        "bulk-sdp-change",
        "End nine delivery points of a demolished block",
        {
            "org_id": "{org}",
            "action": "end",
            "sdps": "{sdps}",
            "effective_on": "{day:-20}",
            "reason": "The block was taken down, and the transformer is gone.",
        },
        (
            Told("Tom Kowalczyk", 105),
            Told("Harpreet Sandhu", 3.2, "approve"),
        ),
        (
            approves(600),
            take(60),
            ticks(300),
            ticks(600),
            fulfils(
                1500,
                "All nine have ended, with the last reads of their last day. The audit report is attached.",
                "audit-after-end.csv",
            ),
            close(400),
        ),
    ),
    OrderStory(
        "bulk-sdp-change",
        "End the delivery points of a closed campground",
        {
            "org_id": "{org}",
            "action": "end",
            "sdps": "{sdps}",
            "effective_on": "{day:-6}",
            "reason": "The sites are fed by one bulk meter from now on.",
        },
        (Told("Fiona MacEachern", 1.4, ""),),
        (),
    ),
    OrderStory(
        "bulk-sdp-change",
        "Move the rural points under our main ORG ID",
        {
            "org_id": "RVD02",
            "action": "move",
            "to_org_id": "RVD01",
            "sdps": "{sdps}",
            "effective_on": "{day:+10}",
            "reason": "One ORG ID is enough for us.",
            "notes": "These nine are a first try; some 4,000 follow.",
        },
        (Told("Luc Desrosiers", 28),),
        (
            declines(
                900,
                "A move of 4,000 points changes your framing, too. Send a request for change: we plan it together.",
            ),
        ),
    ),
    OrderStory(
        "bulk-sdp-change",
        "End points that were entered twice",
        {
            "org_id": "{org}",
            "action": "end",
            "sdps": "{sdps}",
            "effective_on": "{day:-1}",
            "reason": "Each has a twin with the right address.",
        },
        (Told("Birgit Lindholm", 20),),
        (cancel(400, "Our own synchronization file can do this. Done last night."),),
    ),
]
