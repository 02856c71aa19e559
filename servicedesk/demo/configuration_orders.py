"""Requests about an organization's configuration."""

from servicedesk.demo.order_script import (
    OrderStory,
    Told,
    approves,
    declines,
    edits,
    fulfils,
    ticks,
    ticks_all,
)
from servicedesk.demo.script import answer, ask, cancel, close, notes, says, start, take

STORIES = [
    OrderStory(
        "organization-parameters",
        "New address for MDM/R notifications",
        {
            "org_id": "{org}",
            "environment": "production",
            "parameters": "Notification address, billing@{domain}, mdmr-notices@{domain}\n"
            "Outage notices, none, control-room@{domain}",
            "effective_on": "{day:+6}",
            "reason": "Notices reached one person's mailbox, and she was on leave.",
        },
        (
            Told("Gordon Tessier", 110),
            Told("Fiona MacEachern", 2.6, "tick_all"),
        ),
        (
            start(120),
            ticks_all(700),
            fulfils(200, "Both parameters are set. The next notice goes to the new address."),
            close(500, "It arrived this morning."),
        ),
    ),
    OrderStory(
        "vee-profile",
        "Wider spike check for net-metering channels",
        {
            "org_id": "{org}",
            "environment": "production",
            "setting": "validation",
            "values": "Spike check, 15-minute channel: from 3 times to 5 times the average of 30 days.",
            "effective_on": "{day:+15}",
            "reason": "Every sunny noon is flagged.",
        },
        (
            Told("Tom Kowalczyk", 140),
            Told("Anjali Ramanathan", 5.7, "edit"),
        ),
        (
            approves(500, "Fine for net metering. Look at the exceptions of the first week together."),
            take(60, "Thank you for the exact values. We try them in Quality Assurance first."),
            ticks(400),
            edits(200),
            approves(600, "Four times is the better choice."),
            ticks(800),
            fulfils(
                900, "The check is at 4 times the average. First day: 2 exceptions where there were {count}."
            ),
            close(400),
        ),
        edited={"values": "Spike check, 15-minute channel: from 3 times to 4 times the average of 30 days."},
    ),
    OrderStory(
        "vee-profile",
        "Estimate short gaps from the same weekday",
        {
            "org_id": "{org}",
            "environment": "production",
            "setting": "estimation",
            "values": "Gaps up to 2 hours: from linear interpolation to the average of the last 4 same weekdays.",
            "sdps": "{sdps}",
            "effective_on": "{day:+20}",
            "reason": "Cold-storage customers run their compressors by the hour.",
        },
        (Told("Yusuf Hadley", 2.2, "", organization="lakeshore-hydro"),),
        (approves(500),),
    ),
    OrderStory(
        "tou-ulo-mapping",
        "Map RES-ULO to the ultra-low overnight framing",
        {
            "org_id": "{org}",
            "environment": "production",
            "plan": "ulo",
            "mapping": "RES-ULO, ULO-4, New\nGS-ULO, ULO-4, New\nRES-OLD, TOU-3, Ended",
            "effective_on": "{day:+25}",
            "test_first": "yes",
            "test_from": "{day:+12}",
        },
        (
            Told("Dana Whitfield", 82),
            Told("Doug Rutherglen", 12.2, ""),
        ),
        (
            approves(700),
            take(120),
            ticks(300),
            says(200, "The codes are right. Your test day is set in Quality Assurance."),
            ticks(1200),
            fulfils(
                2400,
                "The mapping is loaded, and the billing quantities of ten test accounts agree with yours.",
            ),
            close(900, "They do. Thank you."),
        ),
    ),
    OrderStory(
        "report-subscription",
        "Daily exception report for the billing team",
        {
            "org_id": "{org}",
            "report": "Daily exception report",
            "change": "begin",
            "frequency": "daily",
            "recipients": "{mail}\nbilling@{domain}",
            "effective_on": "{day:+3}",
        },
        (
            Told("Kelsey Whetung-Arbour", 58),
            Told("Aaron Medicine-Hart", 1.4, "start"),
        ),
        (
            start(90),
            ticks(300),
            fulfils(600, "The first report was delivered at 06:10 this morning."),
        ),
    ),
    OrderStory(
        "report-subscription",
        "Stop the monthly inventory report",
        {
            "org_id": "{org}",
            "report": "Monthly inventory of delivery points",
            "change": "end",
            "effective_on": "{day:+5}",
        },
        (Told("Marcus Oyelaran", 37),),
        (
            start(60),
            cancel(200, "Please leave it as it is: our auditors still read it."),
        ),
    ),
    OrderStory(
        "file-transfer-change",
        "AS2 certificate expires on 3 March",
        {
            "environment": "production",
            "what": "certificate",
            "change_at": "{day:+20} 10:00",
            "technician": "{name}, {phone}",
            "reason": "The present certificate expires, and the new one is from our own authority.",
        },
        (
            Told("Harpreet Sandhu", 1.8, ""),
            Told("Warren Kakegamic-Ross", 145),
        ),
        (
            approves(600),
            take(60, "We have the certificate. Is 10:00 by your clock or ours?"),
            says(200, "By yours: we are an hour behind and start early.", who="reporter"),
            ticks(300),
            ticks(300),
            fulfils(900, "The certificate is in place. Three test files went through in both directions."),
            close(120),
        ),
        files=("as2-certificate.zip",),
    ),
    OrderStory(
        "file-transfer-change",
        "New addresses of our file-transfer gateway",
        {
            "environment": "production",
            "what": "ip",
            "addresses": "192.0.2.10 to 198.51.100.7\n192.0.2.11 to 198.51.100.8",
            "change_at": "{day:+12} 06:30",
            "technician": "{name}, {phone}",
            "reason": "We move to another data centre.",
        },
        (
            Told("Mei Fong Leung", 66),
            Told("Joanne Delacroix", 4.1, "approve"),
        ),
        (
            approves(400, "In the quiet hour before the first transfer, please."),
            take(60),
            ticks(200),
            notes(30, "Keep the old addresses open for two days: their second gateway follows later."),
            ticks(200),
            fulfils(1800, "Both new addresses are open and tested. The old ones close on Friday."),
        ),
    ),
    OrderStory(
        "agent-delegation",
        "MeterBridge acts for us in billing",
        {
            "org_id": "{org}",
            "agent": "MeterBridge",
            "scope": ["billing", "desk"],
            "start_on": "{day:+14}",
            "end_on": "{day:+360}",
        },
        (
            Told("Joanne Delacroix", 0.5, ""),
            Told("Colleen Farquhar", 118),
        ),
        (
            approves(200, "The contract is signed."),
            approves(500),
            take(60),
            ticks(200),
            fulfils(900, "The delegation is set. MeterBridge and you have both had a letter."),
            close(600),
        ),
        files=("delegation-form-signed.pdf",),
    ),
    OrderStory(
        "agent-delegation",
        "Northlight CIS should act for us in customer information",
        {
            "org_id": "{org}",
            "agent": "Northlight CIS",
            "scope": ["cis"],
            "start_on": "{day:+7}",
        },
        (Told("Mei Fong Leung", 49),),
        (declines(300, "Not before procurement has closed. Ask again in the new year."),),
        files=("delegation-form.pdf",),
    ),
    OrderStory(
        "interface-change",
        "Head-end upgrade from version 6 to version 7",
        {
            "org_id": "{org}",
            "system": "ami",
            "change": "The same vendor's head-end, version 6.4 before and 7.1 after. The read file gains a column.",
            "test_from": "{day:+15}",
            "cutover_at": "{day:+45} 22:00",
            "notes": "Our vendor can join the test calls.",
        },
        (
            Told("Luc Desrosiers", 52),
            Told("Imran Qureshi-Hall", 4.9, "tick"),
        ),
        (
            start(200),
            ask(300, "Could you send us a read file of version 7, with a dozen meters?"),
            answer(700, "Attached, with the meters of our test lab.", "reads-version-7.csv"),
            ticks(500),
            ticks(900),
            fulfils(1600, "Cutover went well: the first night's reads arrived complete at 05:50."),
            close(500),
        ),
    ),
]
