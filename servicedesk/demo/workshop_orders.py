"""Requests for seats in workshops."""

from servicedesk.demo.order_script import OrderStory, Told, declines, fulfils, ticks
from servicedesk.demo.script import answer, ask, cancel, close, says, start

STORIES = [
    OrderStory(
        "workshop-registration",
        "Two seats in “Billing quantities and TOU”",
        {
            "workshop": "billing",
            "participants": "{name}, {mail}\nIbrahim Sorrell, ibrahim.sorrell@{domain}",
            "form": "webinar",
            "language": "en",
            "needs": "Captions, please: one of us is hard of hearing.",
        },
        (
            Told("Joanne Delacroix", 96),
            Told("Harpreet Sandhu", 1.6, "ask"),
        ),
        (
            start(120),
            ask(90, "The next webinar is full. Would the one two weeks later suit you as well?"),
            answer(200, "Yes, any Tuesday works for both of us."),
            ticks(60),
            fulfils(120, "Two seats are yours. The link comes a day before, and captions are on."),
            close(900),
        ),
    ),
    OrderStory(
        "workshop-registration",
        "Seats in “Registration and synchronization” for the meter shop",
        {
            "workshop": "registration",
            "participants": "{name}, {mail}\nPetra Wilmot-Cheng, petra.wilmot-cheng@{domain}\n"
            "Douglas Amikons, douglas.amikons@{domain}",
            "form": "either",
            "language": "en",
        },
        (
            Told("Imran Qureshi-Hall", 4.2, "fulfil"),
            Told("Owen Trask", 1.4, "tick"),
        ),
        (
            start(100),
            says(
                60,
                "In person there is one seat left, by webinar there are enough. We look at the next webinar.",
            ),
            ticks(120),
            fulfils(
                300, "All three are registered for the next webinar. The exercise files come with the link."
            ),
        ),
    ),
    OrderStory(
        "workshop-registration",
        "A seat in “Service Desk for LDCs”",
        {
            "workshop": "desk",
            "participants": "{name}, {mail}",
            "form": "webinar",
            "language": "en",
            "needs": "A recording, too: my line drops in bad weather.",
        },
        (
            Told("Xiao-Ming Guan", 0.4, ""),
            Told("Aaron Medicine-Hart", 61),
        ),
        (
            start(200),
            ticks(100),
            fulfils(200, "You are registered, and the recording is yours for a month."),
            close(2400, "It was worth the morning."),
        ),
    ),
    OrderStory(
        "workshop-registration",
        "VEE workshop at our own office",
        {
            "workshop": "vee",
            "participants": "{name}, {mail}\nLeanne Okimaw-Stone, leanne.okimaw-stone@{domain}",
            "form": "person",
            "language": "en",
        },
        (Told("Birgit Lindholm", 55),),
        (
            declines(
                300,
                "We hold workshops in person at one place for all LDCs, and travel to none."
                " VEE and estimation is a webinar as well: ask for two seats in it.",
                who="agent",
            ),
        ),
    ),
    OrderStory(
        "workshop-registration",
        "Two seats in “GUI basics”",
        {
            "workshop": "gui",
            "participants": "Tamsin Oake, tamsin.oake@{domain}\nRaymond Lafleur-Singh, raymond.lafleur-singh@{domain}",
            "form": "either",
            "language": "en",
        },
        (Told("Sunita Bhattacharjee", 38),),
        (
            start(100),
            says(60, "The next one with two seats is on the first Thursday of the month. Does that suit?"),
            cancel(300, "It falls on our month-end. They take the online module instead, thank you."),
        ),
    ),
]
