"""Stories about billing quantities, price plans and what goes out to the CIS."""

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
        "BQ responses missing for cycle {cycle}",
        "The BQ request for cycle {cycle} went out at {hour}:40 and was accepted. The response file holds"
        " {count} of {total} accounts. The billing window closes tomorrow at noon.\n\n"
        "- ORG ID: {org}\n- Request file: `{bq_file}`\n- Nothing in the exception report",
        "part",
        "today",
        (
            take(12, "Thank you, we see the request in the log. Looking at the response job now."),
            start(20),
            ask(
                25,
                "Which file name does your CIS expect for the missing part, and was the request sent once"
                " or in two pieces? The log shows two transmissions a minute apart.",
            ),
            answer(
                55, "Once, as far as we can tell. Our AS2 log for that hour is attached.", "as2-{date}.log"
            ),
            notes(
                15,
                "Response job hit the row limit again, same as last time. Check the split setting for {org}.",
            ),
            fix(
                90,
                "The response was split at the row limit and the second part was not released. It is now:"
                " `{bq_file}` part 2 is in your outbound folder. Please confirm that all {total} accounts are in.",
            ),
            close(70),
        ),
        references="ORG ID {org}, {bq_file}, cycle {cycle}",
        file="missing-accounts-cycle-{cycle}.csv",
        told=4,
    ),
    Story(
        "No BQ response at all for cycle {cycle}, billing is stopped",
        "We sent `{bq_file}` at {hour}:05 and have no response and no acknowledgement since. The bill print"
        " run for {total} customers cannot start.",
        "billing",
        "now",
        (
            take(8, "We have it and are on it. Please keep the line of your contact free."),
            start(6),
            notes(
                20,
                "Queue depth is normal; this ORG ID alone is stuck behind a poisoned request.",
                who="manager",
            ),
            says(
                40,
                "The request is stuck behind an earlier one that cannot be read. We are removing that one by hand.",
            ),
            says(
                60, "The earlier request is out of the way. Your response is being written, about 40 % done."
            ),
            fix(75, "The complete response for cycle {cycle} was delivered. {total} of {total} accounts."),
            close(120),
        ),
        references="ORG ID {org}, {bq_file}",
        told=2,
    ),
    Story(
        "BQ totals differ from register reads for {count} accounts",
        "For cycle {cycle} the sum of the interval data differs from the register reads by more than 2 % at"
        " {count} accounts. All of them had a meter exchange this month. List attached.",
        "part",
        "week",
        (
            acknowledge(45),
            take(60, "We compare the exchange dates in the MDM/R with yours first."),
            start(30),
            ask(
                120,
                "Could you send the removal and installation reads of three of these meters, with their times?",
            ),
            answer(400, "Here they are, from the work orders.", "exchange-reads-{date}.csv"),
            notes(
                200,
                "Exchange came in as two transactions on different days. Old channel still open for the gap.",
            ),
            vendor(120, "Our provider corrects the channel dates in a batch tonight."),
            resume(540, "The batch ran. We recalculate the billing quantities now."),
            fix(180, "Recalculated. Your next BQ request for cycle {cycle} will carry the corrected totals."),
        ),
        references="{usdp}, {usdp2} and others in the file",
        file="totals-cycle-{cycle}.csv",
        told=3,
    ),
    Story(
        "ULO customers billed at TOU prices in cycle {cycle}",
        "{count} customers moved to ultra-low overnight on the 1st. Their billing quantities still come in"
        " TOU buckets, so the overnight hours are missing.",
        "part",
        "today",
        (
            take(30, "Thank you. We check the framing of these service delivery points."),
            start(25),
            says(
                80,
                "The price-plan change arrived with an effective date one month late in your synchronization"
                " file (`{sync_file}`). Could that be on your side?",
            ),
            adds(
                100,
                "Our CIS vendor says the date was right when it left us. Screenshot attached.",
                "cis-plan-{date}.png",
            ),
            notes(40, "They are right: our mapping reads the wrong column when both dates are given."),
            vendor(60, "Confirmed, the mistake is in our mapping. Our provider prepares the correction."),
            workaround(
                480,
                "Until the correction is released, we re-framed your {count} customers by hand."
                " Send plan changes with one date only for now.",
            ),
        ),
        references="{sync_file}",
        told=2,
    ),
    Story(
        "Zero kWh in billing quantities for {count} accounts on {date}",
        "On {date} the hour from 01:00 came as zero at {count} accounts. Our CIS import stops at these rows.",
        "billing",
        "today",
        (
            take(15, "We see the same at two other ORG IDs."),
            rates(10, 1, "More than one LDC sees it, so it counts as all."),
            start(5),
            says(
                45,
                "That hour was framed before its reads were loaded. We frame it again from the actual reads.",
            ),
            notes(30, "Same as two years ago. A problem record is to follow; Hannah knows.", who="manager"),
            fix(
                150,
                "All 24 hours of {date} are there for your ORG ID. Please request the billing quantities again.",
            ),
            reopen(600, "Three accounts still have 23 hours. See the file.", "still-23-hours.csv"),
            says(30, "Sorry, these three are net-metering channels that we passed over. Framing them now."),
            fix(60, "Done for the three as well."),
            close(240),
        ),
        references="ORG ID {org}",
    ),
    Story(
        "Billing window for cycle {cycle} is one day short",
        "The window in the MDM/R ends on the 14th, our tariff calendar says the 15th. Who is right?",
        "minor",
        "week",
        (
            take(120, "We compare with the configuration that you approved."),
            start(40),
            ask(60, "The parameter sheet of {org} has the 14th since the last release. Was that meant?"),
            answer(900, "It was meant for cycle 4 only. Please set the others back to the 15th."),
            fix(
                300,
                "Set back for all cycles but 4, from the next cycle on. Please use a configuration request"
                " next time: it shows the change before it is made.",
            ),
        ),
        told=2,
    ),
    Story(
        "Exception report delivered twice",
        "The exception report of {date} arrived at 06:10 and again at 06:25. Both have {count} lines and the"
        " same content; our import counts them double.",
        "minor",
        "week",
        (
            acknowledge(180),
            start(240, "We look at the transfer log of that morning."),
            fix(
                400,
                "The first delivery was not acknowledged in time, so it was sent again. Deleting the second"
                " is safe. We lengthened the time we wait for {org}.",
            ),
        ),
        references="{exception_file}",
        told=3,
    ),
    Story(
        "Duplicate BQ response after our resend",
        "We sent `{bq_file}` again because the first looked lost. Now we have two responses with different"
        " quantities at {count} accounts. Which one counts?",
        "part",
        "today",
        (
            take(20, "The later one counts. We find out why they differ."),
            start(20),
            says(
                100,
                "Between the two, a resubmitted read file was loaded and {count} estimates became actual reads.",
            ),
            fix(60, "So the second response is complete and right. Please bill from that one."),
            close(300),
        ),
        references="{bq_file}",
        told=2,
    ),
    Story(
        "Question: can we send BQ requests on Sunday?",
        "Our month end falls on a Sunday. May we send the request for cycle {cycle} that day?",
        "minor",
        "wait",
        (
            acknowledge(300),
            cancel(120, "Found it in the manual: requests are taken every day. Sorry for the noise."),
        ),
        told=2,
    ),
    Story(
        "Les quantités de facturation du cycle {cycle} arrivent en retard",
        "Depuis lundi, les réponses BQ du cycle {cycle} arrivent vers {hour} h 30 au lieu de 6 h. Notre"
        " traitement de nuit est terminé à ce moment-là, et la facturation glisse d'un jour.\n\nFichier :"
        " `{bq_file}`",
        "part",
        "week",
        (
            take(90, "Bonjour {first}, merci. Nous regardons l'ordre des travaux de cette nuit."),
            start(60),
            ask(120, "À quelle heure au plus tard avez-vous besoin des réponses pour {org} ?"),
            answer(
                240,
                "À 7 h, heure de l'Est. Voici nos heures de réception de la semaine.",
                "reception-{date}.csv",
            ),
            fix(
                480,
                "La tâche de votre organisation passe de nouveau avant celle des rapports. Les réponses"
                " d'aujourd'hui sont parties à 5 h 50.",
            ),
        ),
        references="{org}, {bq_file}",
        language="fr",
        told=2,
    ),
    Story(
        "Framing shows the old TOU season for {count} points",
        "The new price season has begun. {count} service delivery points still have the framing of the old one in"
        " the GUI; the report agrees with the GUI.",
        "part",
        "week",
        (
            acknowledge(60),
            take(120),
            passes_on(60),
            start(
                30,
                "I took this over from a colleague. The season change ran in two parts; the second stopped.",
            ),
            names_contact(200),
            fix(300, "The second part has run. Every point of {org} has the new season's framing now."),
            close(600),
        ),
        references="{usdp}",
        file="old-season-{date}.csv",
        told=2,
    ),
]
