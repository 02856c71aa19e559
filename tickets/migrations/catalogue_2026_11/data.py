"""Requests that concern data in the MDM/R."""

from tickets.migrations.catalogue_2026_11.writing import DAY, NOTES, ORG_ID, REASON, SDPS, SME, field, item, task, when

FROM = field("from_on", "date", ("From", "Du"), latest_days=0)
UNTIL = field("until_on", "date", ("Until", "Au"), ("This day included.", "Ce jour compris."), latest_days=0)

ITEMS = [
    item(
        "interval-data-extract",
        "data",
        "data-billing",
        ("Interval data extract", "Extraction de données d’intervalle"),
        (
            "Hourly or register reads of some delivery points, such as 40 USDPs for June.",
            "Les relevés horaires ou de registre de certains points, par exemple 40 USDP pour juin.",
        ),
        ("The IDs and the days.", "Les identifiants et les jours."),
        [
            ORG_ID,
            SDPS,
            FROM,
            UNTIL,
            field(
                "reads",
                "multi_choice",
                ("Which reads?", "Quels relevés?"),
                choices="interval | Interval reads | Relevés d’intervalle\n"
                "register | Register reads | Relevés de registre\n"
                "quality | With read-quality flags | Avec les indicateurs de qualité",
            ),
            REASON,
        ],
        [
            task(("Check the IDs", "Vérifier les identifiants"), 20),
            task(("Run the extract", "Lancer l’extraction"), 70),
            task(("Deliver it by file transfer", "La livrer par transfert de fichiers"), 100, "mdmr-operations"),
        ],
        minutes=5 * DAY,
    ),
    item(
        "bq-rerequest",
        "data",
        "data-billing",
        ("Billing-quantity re-request", "Nouvelle demande de quantités de facturation"),
        (
            "Send billing quantities again, such as for cycle 14 after a resubmission.",
            "Renvoyer les quantités de facturation, par exemple pour le cycle 14 après un nouvel envoi.",
        ),
        (
            "The billing cycle or the IDs, and your billing window.",
            "Le cycle de facturation ou les identifiants, et votre fenêtre de facturation.",
        ),
        [
            ORG_ID,
            field(
                "which",
                "choice",
                ("For which accounts?", "Pour quels comptes?"),
                choices="cycle | A whole billing cycle | Tout un cycle de facturation\n"
                "some | Some delivery points | Certains points de livraison",
            ),
            field(
                "cycle",
                "text",
                ("Billing cycle", "Cycle de facturation"),
                ("Such as 14.", "Par exemple 14."),
                most=20,
                **when("which", "cycle"),
            ),
            field(
                "sdps",
                "sdp_list",
                ("SDP or USDP IDs", "Identifiants SDP ou USDP"),
                **when("which", "some"),
            ),
            FROM,
            UNTIL,
            field(
                "window_ends_at",
                "datetime",
                ("When does your billing window end?", "Quand votre fenêtre de facturation se termine-t-elle?"),
                required=False,
                earliest_days=0,
            ),
        ],
        [
            task(("Check that the reads are complete", "Vérifier que les relevés sont complets"), 40),
            task(("Run the request again", "Relancer la demande"), 80),
            task(("See the response delivered", "Vérifier la livraison de la réponse"), 100),
        ],
        minutes=2 * DAY,
    ),
    item(
        "resubmission-window",
        "data",
        "data-billing",
        ("Meter-read resubmission window", "Fenêtre de nouvel envoi de relevés"),
        (
            "Time to send reads again, such as after an AMI outage last weekend.",
            "Un délai pour renvoyer des relevés, par exemple après une panne d’ICA la fin de semaine dernière.",
        ),
        (
            "The days the reads are of, and when you can send them.",
            "Les jours visés par les relevés, et le moment où vous pouvez les envoyer.",
        ),
        [
            ORG_ID,
            FROM | {"label": "Reads from", "label_fr": "Relevés du"},
            UNTIL,
            field("opens_at", "datetime", ("Window from", "Fenêtre à partir de"), earliest_days=0),
            field("closes_at", "datetime", ("Window until", "Fenêtre jusqu’à"), earliest_days=0),
            field(
                "reads",
                "text",
                ("About how many reads?", "Environ combien de relevés?"),
                ("Such as 120,000 interval reads of 5,000 meters.", "Par exemple 120 000 relevés d’intervalle de 5 000 compteurs."),
            ),
            REASON,
        ],
        [
            task(("Agree on the window", "Convenir de la fenêtre"), 40),
            task(("Open the window", "Ouvrir la fenêtre"), 70, "mdmr-operations"),
            task(("Check what arrived", "Vérifier ce qui est arrivé"), 100),
        ],
        minutes=2 * DAY,
    ),
    item(
        "crossed-meters",
        "data",
        "data-billing",
        ("Crossed-meter correction", "Correction de compteurs croisés"),
        (
            "Two meters were registered the wrong way round, such as at two SDPs since July.",
            "Deux compteurs ont été inscrits l’un pour l’autre, par exemple à deux SDP depuis juillet.",
        ),
        (
            "Both delivery points, both meters, and the day of the exchange.",
            "Les deux points, les deux compteurs et le jour de la pose.",
        ),
        [
            ORG_ID,
            field(
                "pairs",
                "table",
                ("Crossed pairs", "Paires croisées"),
                (
                    "Such as: 10045822, M-778812, 10045823, M-778813, 2026-07-14.",
                    "Par exemple : 10045822, M-778812, 10045823, M-778813, 2026-07-14.",
                ),
                columns="first_sdp | text | First SDP | Premier SDP | required\n"
                "first_meter | text | Its meter now | Son compteur actuel | required\n"
                "second_sdp | text | Second SDP | Second SDP | required\n"
                "second_meter | text | Its meter now, too | L’autre compteur actuel | required\n"
                "since | date | Crossed since | Croisés depuis | required",
                most=100,
            ),
            field(
                "billed",
                "choice",
                ("Was it billed already?", "A-t-on déjà facturé?"),
                choices="yes | Yes | Oui\nno | No | Non",
            ),
            field(
                "rebill_on",
                "date",
                ("When do you want to bill again?", "Quand voulez-vous refacturer?"),
                earliest_days=1,
                **when("billed", "yes"),
            ),
            field(
                "evidence",
                "file",
                ("Field report", "Rapport de terrain"),
                (
                    "Photos or the work order, without consumers’ names and addresses.",
                    "Photos ou bon de travail, sans nom ni adresse de consommateur.",
                ),
                required=False,
            ),
        ],
        [
            task(("Compare registration and reads", "Comparer l’inscription et les relevés"), 25),
            task(("Correct the registration", "Corriger l’inscription"), 60, "mdmr-operations"),
            task(("Estimate and edit the reads concerned", "Estimer et corriger les relevés visés"), 90),
            task(("Send billing quantities again", "Renvoyer les quantités de facturation"), 100),
        ],
        minutes=10 * DAY,
    ),
    item(
        "synchronization-audit",
        "data",
        "data-billing",
        ("Synchronization audit report", "Rapport d’audit de synchronisation"),
        (
            "What the MDM/R holds of your delivery points and meters, to compare with your CIS.",
            "Ce que le MDM/R contient sur vos points de livraison et compteurs, à comparer avec votre SIC.",
        ),
        ("The ORG ID, and the day to look at.", "L’ORG ID, et le jour visé."),
        [
            ORG_ID,
            field("as_of", "date", ("As of", "En date du"), latest_days=0),
            field(
                "extent",
                "choice",
                ("How much of it?", "Quelle étendue?"),
                choices="all | All delivery points | Tous les points de livraison\n"
                "changed | Those changed since a day | Ceux modifiés depuis un jour donné\n"
                "some | Some delivery points | Certains points de livraison",
            ),
            field(
                "changed_since", "date", ("Changed since", "Modifiés depuis le"), latest_days=0, **when("extent", "changed")
            ),
            field(
                "sdps",
                "sdp_list",
                ("SDP or USDP IDs", "Identifiants SDP ou USDP"),
                **when("extent", "some"),
            ),
        ],
        [
            task(("Run the report", "Lancer le rapport"), 70),
            task(("Deliver it by file transfer", "Le livrer par transfert de fichiers"), 100, "mdmr-operations"),
        ],
        minutes=3 * DAY,
    ),
    item(
        "bulk-sdp-change",
        "data",
        "data-billing",
        ("Bulk end-date or reparent of delivery points", "Fin ou rattachement en lot de points de livraison"),
        (
            "End many delivery points, or put them under another ORG ID, such as after a merger.",
            "Mettre fin à de nombreux points, ou les rattacher à un autre ORG ID, par exemple après une fusion.",
        ),
        (
            "The list of IDs, the day, and for a move the other ORG ID.",
            "La liste des identifiants, le jour et, pour un rattachement, l’autre ORG ID.",
        ),
        [
            ORG_ID,
            field(
                "action",
                "choice",
                ("What should happen?", "Que faut-il faire?"),
                choices="end | End them | Y mettre fin\nmove | Put them under another ORG ID | Les rattacher à un autre ORG ID",
            ),
            field(
                "to_org_id",
                "text",
                ("Other ORG ID", "Autre ORG ID"),
                most=20,
                **when("action", "move"),
            ),
            SDPS,
            field(
                "effective_on",
                "date",
                ("Effective date", "Date d’entrée en vigueur"),
                (
                    "The last day for an end, the first for a move.",
                    "Le dernier jour pour une fin, le premier pour un rattachement.",
                ),
                earliest_days=-365,
            ),
            REASON,
            NOTES,
        ],
        [
            task(("Check the IDs and what hangs on them", "Vérifier les identifiants et ce qui en dépend"), 30),
            task(("Try it in a test environment", "En faire l’essai dans un environnement d’essai"), 60, "environments"),
            task(("Change the delivery points", "Modifier les points de livraison"), 90, "mdmr-operations"),
            task(("Send a synchronization audit report", "Envoyer un rapport d’audit de synchronisation"), 100),
        ],
        minutes=10 * DAY,
        approvals=[SME],
    ),
]
