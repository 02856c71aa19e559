"""Requests that concern the test environments and Disaster Recovery."""

from tickets.migrations.catalogue_2026_11.writing import (
    DAY,
    ENVIRONMENT,
    NOTES,
    ORG_ID,
    TEST_ENVIRONMENT,
    field,
    item,
    task,
    when,
)

RELEASE = field(
    "release",
    "text",
    ("For which release?", "Pour quelle version?"),
    ("Such as 8.2. Leave it empty for none.", "Par exemple 8.2. Laissez vide s’il n’y en a pas."),
    required=False,
    most=40,
)

ITEMS = [
    item(
        "sandbox-access",
        "environments",
        "environments",
        ("Sandbox access or refresh", "Accès au bac à sable ou rafraîchissement"),
        (
            "Work in the Sandbox, or have its data made new, such as before release 8.2 testing.",
            "Travailler dans le bac à sable, ou en renouveler les données, par exemple avant l’essai de la version 8.2.",
        ),
        (
            "Who needs access, or the day the data should be new.",
            "Qui a besoin d’un accès, ou le jour où les données doivent être renouvelées.",
        ),
        [
            field(
                "need",
                "choice",
                ("What do you need?", "De quoi avez-vous besoin?"),
                choices="access | Access for people | Un accès pour des personnes\n"
                "refresh | A refresh of the data | Un rafraîchissement des données",
            ),
            field(
                "people",
                "emails",
                ("Work e-mails of the people", "Courriels professionnels des personnes"),
                most=20,
                **when("need", "access"),
            ),
            field(
                "refresh_on",
                "date",
                ("Refresh on", "Rafraîchir le"),
                (
                    "What is in your Sandbox then is gone.",
                    "Ce que contient alors votre bac à sable est effacé.",
                ),
                earliest_days=1,
                **when("need", "refresh"),
            ),
            RELEASE,
            NOTES,
        ],
        [
            task(("Agree on the day", "Convenir du jour"), 30),
            task(("Give access or refresh the data", "Donner l’accès ou rafraîchir les données"), 90),
            task(("Tell the organization", "Informer l’organisation"), 100, "service-desk"),
        ],
        minutes=5 * DAY,
    ),
    item(
        "test-slot",
        "environments",
        "environments",
        ("Test-environment slot", "Plage d’environnement d’essai"),
        (
            "A time of your own in a test environment, such as two days for enrolment testing.",
            "Une plage réservée dans un environnement d’essai, par exemple deux jours d’essais d’inscription.",
        ),
        ("What you test, and two times that suit.", "Ce que vous essayez, et deux moments qui conviennent."),
        [
            TEST_ENVIRONMENT,
            field("opens_at", "datetime", ("From", "À partir de"), earliest_days=1),
            field("closes_at", "datetime", ("Until", "Jusqu’à"), earliest_days=1),
            field(
                "other_times",
                "text",
                ("Other times that suit", "Autres moments qui conviennent"),
                ("Such as “any day of the week after”.", "Par exemple « n’importe quel jour de la semaine suivante »."),
                required=False,
                material=False,
            ),
            RELEASE,
            field(
                "purpose",
                "text",
                ("What do you test?", "Qu’essayez-vous?"),
                ("Such as “Synchronization with the new CIS”.", "Par exemple « La synchronisation avec le nouveau SIC »."),
            ),
        ],
        [
            task(("Look for conflicts in the calendar", "Vérifier les conflits au calendrier"), 40),
            task(("Book the slot", "Réserver la plage"), 80),
            task(("Confirm to the organization", "Confirmer à l’organisation"), 100),
        ],
        minutes=5 * DAY,
    ),
    item(
        "test-data-load",
        "environments",
        "environments",
        ("Test-data load", "Chargement de données d’essai"),
        (
            "Data of your own in a test environment, such as 200 delivery points with a month of reads.",
            "Vos données dans un environnement d’essai, par exemple 200 points avec un mois de relevés.",
        ),
        (
            "The files in the production format, without consumers’ names.",
            "Les fichiers au format de production, sans nom de consommateur.",
        ),
        [
            TEST_ENVIRONMENT,
            ORG_ID,
            field(
                "source",
                "choice",
                ("Where does the data come from?", "D’où viennent les données?"),
                choices="files | We attach files | Nous joignons des fichiers\n"
                "production | A copy of production, for these IDs | Une copie de la production, pour ces identifiants",
            ),
            field(
                "files",
                "file",
                ("Files", "Fichiers"),
                ("As .csv, .xml or .zip.", "En .csv, .xml ou .zip."),
                **when("source", "files"),
            ),
            field(
                "sdps",
                "sdp_list",
                ("SDP or USDP IDs", "Identifiants SDP ou USDP"),
                most=500,
                **when("source", "production"),
            ),
            field("needed_on", "date", ("Needed on", "Nécessaire le"), earliest_days=1),
            NOTES,
        ],
        [
            task(("Check the files or the IDs", "Vérifier les fichiers ou les identifiants"), 40),
            task(("Load the data", "Charger les données"), 90),
            task(("Tell the organization what was loaded", "Indiquer à l’organisation ce qui est chargé"), 100),
        ],
        minutes=5 * DAY,
    ),
    item(
        "connectivity-test",
        "environments",
        "mdmr-operations",
        ("Connectivity test", "Essai de connectivité"),
        (
            "See together that a connection works, such as AS2 after a firewall change.",
            "Vérifier ensemble qu’une connexion fonctionne, par exemple AS2 après un changement de pare-feu.",
        ),
        (
            "The connection, the addresses, and who is at hand on your side.",
            "La connexion, les adresses, et qui est disponible chez vous.",
        ),
        [
            ENVIRONMENT,
            field(
                "connection",
                "choice",
                ("Which connection?", "Quelle connexion?"),
                choices="as2 | AS2 | AS2\nfts | FTS | FTS\nweb | Web service | Service Web\ngui | GUI | Interface",
            ),
            field(
                "addresses",
                "text",
                ("Your addresses", "Vos adresses"),
                ("Such as 198.51.100.7.", "Par exemple 198.51.100.7."),
                required=False,
            ),
            field("test_at", "datetime", ("When?", "Quand?"), earliest_days=0),
            field(
                "technician",
                "text",
                ("Technical contact", "Personne-ressource technique"),
                ("Name and phone number.", "Nom et numéro de téléphone."),
            ),
        ],
        [
            task(("Agree on the time", "Convenir de l’heure"), 40, "service-desk"),
            task(("Test the connection together", "Essayer la connexion ensemble"), 100),
        ],
        minutes=3 * DAY,
    ),
    item(
        "dr-exercise",
        "environments",
        "environments",
        ("Disaster-recovery exercise", "Exercice de reprise après sinistre"),
        (
            "Take part in an exercise in the Disaster Recovery environment with your own files.",
            "Participer à un exercice dans l’environnement de reprise avec vos propres fichiers.",
        ),
        (
            "Your participants, and which processes you want to try.",
            "Vos participants, et les processus que vous voulez essayer.",
        ),
        [
            ORG_ID,
            field(
                "processes",
                "multi_choice",
                ("What do you want to try?", "Que voulez-vous essayer?"),
                choices="reads | Sending meter reads | L’envoi de relevés\n"
                "synchronization | Synchronization | La synchronisation\n"
                "billing | Billing quantities | Les quantités de facturation\n"
                "gui | The GUI | L’interface",
            ),
            field(
                "participants",
                "table",
                ("Participants", "Participants"),
                (
                    "Such as: Dana Roy, dana@utility.example, 416 555 0142.",
                    "Par exemple : Dana Roy, dana@utility.example, 416 555-0142.",
                ),
                columns="name | text | Name | Nom | required\n"
                "email | email | Work e-mail | Courriel professionnel | required\n"
                "phone | text | Phone during the exercise | Téléphone pendant l’exercice | optional",
                most=20,
            ),
            field(
                "connection",
                "choice",
                ("Is your connection to Disaster Recovery tested?", "Votre connexion à la reprise est-elle éprouvée?"),
                choices="yes | Yes | Oui\nno | No | Non\nunsure | We are not sure | Nous n’en sommes pas certains",
            ),
            NOTES,
        ],
        [
            task(("Add the organization to the exercise plan", "Ajouter l’organisation au plan d’exercice"), 40),
            task(("Test the connection", "Essayer la connexion"), 70, "mdmr-operations"),
            task(("Send the instructions", "Envoyer les consignes"), 100, "service-desk"),
        ],
        minutes=10 * DAY,
    ),
]
