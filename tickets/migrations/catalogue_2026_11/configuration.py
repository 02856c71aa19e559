"""Configuration requests."""

from tickets.migrations.catalogue_2026_11.writing import (
    ADMIN,
    DAY,
    ENVIRONMENT,
    NOTES,
    ORG_ID,
    REASON,
    SME,
    effective,
    field,
    item,
    task,
    when,
)

ITEMS = [
    item(
        "organization-parameters",
        "configuration",
        "mdmr-operations",
        ("Organization parameters", "Paramètres de l’organisation"),
        (
            "A setting of your ORG ID, such as the notification address or the billing cycle calendar.",
            "Un paramètre de votre ORG ID, par exemple l’adresse des avis ou le calendrier des cycles de facturation.",
        ),
        ("The parameter, its present and its new value.", "Le paramètre, sa valeur actuelle et la nouvelle."),
        [
            ORG_ID,
            ENVIRONMENT,
            field(
                "parameters",
                "table",
                ("Parameters", "Paramètres"),
                (
                    "Such as: Notification address, old@utility.example, new@utility.example.",
                    "Par exemple : Adresse des avis, ancienne@utility.example, nouvelle@utility.example.",
                ),
                columns="parameter | text | Parameter | Paramètre | required\n"
                "present | text | Present value | Valeur actuelle | required\n"
                "new | text | New value | Nouvelle valeur | required",
                most=40,
            ),
            effective(),
            REASON,
        ],
        [
            task(("Check the values against the manual", "Vérifier les valeurs d’après le manuel"), 40),
            task(("Set the parameters", "Régler les paramètres"), 80),
            task(("Check the result with the LDC", "Vérifier le résultat avec la SDL"), 100, "service-desk"),
        ],
        minutes=5 * DAY,
    ),
    item(
        "vee-profile",
        "configuration",
        "mdmr-operations",
        ("VEE profile or estimation setting", "Profil VEE ou paramètre d’estimation"),
        (
            "How reads are validated, estimated or edited, such as a wider spike check for net metering.",
            "La validation, l’estimation ou la correction des relevés, par exemple un seuil de pointe plus large pour la facturation nette.",
        ),
        (
            "The profile, the channels it is for, and the values you want.",
            "Le profil, les canaux visés et les valeurs souhaitées.",
        ),
        [
            ORG_ID,
            ENVIRONMENT,
            field(
                "setting",
                "choice",
                ("What should change?", "Qu’est-ce qui devrait changer?"),
                choices="profile | Which VEE profile is used | Le profil VEE utilisé\n"
                "validation | A validation check | Une règle de validation\n"
                "estimation | An estimation setting | Un paramètre d’estimation",
            ),
            field(
                "values",
                "long_text",
                ("Present and new values", "Valeurs actuelles et nouvelles"),
                (
                    "Such as “Spike check, 15-minute channel: from 3 times to 5 times the average”.",
                    "Par exemple « Contrôle de pointe, canal de 15 minutes : de 3 à 5 fois la moyenne ».",
                ),
            ),
            field(
                "sdps",
                "sdp_list",
                ("SDP or USDP IDs, if not all", "Identifiants SDP ou USDP, si ce n’est pas tous"),
                required=False,
            ),
            effective(),
            REASON,
        ],
        [
            task(("Assess the effect on billing", "Évaluer l’effet sur la facturation"), 30, "data-billing"),
            task(("Try it in a test environment", "En faire l’essai dans un environnement d’essai"), 60, "environments"),
            task(("Set it in the environment asked for", "Régler l’environnement demandé"), 90),
            task(("Look at the first day’s exceptions", "Examiner les exceptions du premier jour"), 100),
        ],
        minutes=10 * DAY,
        approvals=[SME],
    ),
    item(
        "tou-ulo-mapping",
        "configuration",
        "data-billing",
        ("TOU or ULO framing and price plans", "Découpage TOU ou ULO et plans tarifaires"),
        (
            "Which periods and price plans count for which customers, such as a move to ULO.",
            "Les périodes et les plans tarifaires de vos clients, par exemple un passage au ULO.",
        ),
        (
            "The price plan codes of your CIS, and the first day they count.",
            "Les codes de plan tarifaire de votre SIC, et le premier jour où ils comptent.",
        ),
        [
            ORG_ID,
            ENVIRONMENT,
            field(
                "plan",
                "choice",
                ("Price plan", "Plan tarifaire"),
                choices="tou | Time-of-use (TOU) | Selon l’heure de consommation (TOU)\n"
                "ulo | Ultra-low overnight (ULO) | De nuit à tarif ultra-bas (ULO)\n"
                "tiered | Tiered | Par paliers",
            ),
            field(
                "mapping",
                "table",
                ("Mapping", "Correspondance"),
                (
                    "Such as: RES-ULO, ULO-4, new.",
                    "Par exemple : RES-ULO, ULO-4, nouveau.",
                ),
                columns="code | text | CIS code | Code du SIC | required\n"
                "frame | text | MDM/R framing | Découpage du MDM/R | required\n"
                "change | choice | Change | Changement | required |"
                " new = New = Nouveau; change = Changed = Modifié; end = Ended = Terminé",
            ),
            effective(),
            field(
                "test_first",
                "choice",
                ("Do you want to test it first?", "Voulez-vous d’abord en faire l’essai?"),
                choices="yes | Yes, in a test environment | Oui, dans un environnement d’essai\nno | No | Non",
                material=False,
            ),
            field(
                "test_from",
                "date",
                ("Test from", "Essai à partir du"),
                earliest_days=1,
                **when("test_first", "yes"),
            ),
        ],
        [
            task(("Check the codes against the specification", "Vérifier les codes d’après la spécification"), 25),
            task(("Load the mapping in a test environment", "Charger la correspondance à l’essai"), 60, "environments"),
            task(("Load the mapping where it was asked for", "Charger la correspondance demandée"), 90),
            task(("Compare billing quantities", "Comparer les quantités de facturation"), 100),
        ],
        minutes=10 * DAY,
        approvals=[SME],
    ),
    item(
        "report-subscription",
        "configuration",
        "mdmr-operations",
        ("Report subscription", "Abonnement à un rapport"),
        (
            "Begin, change or end a report’s delivery, such as the daily exception report.",
            "Commencer, modifier ou cesser la livraison d’un rapport, par exemple le rapport d’exceptions quotidien.",
        ),
        ("The report, and where it should go.", "Le rapport, et où il doit être livré."),
        [
            ORG_ID,
            field(
                "report",
                "text",
                ("Report", "Rapport"),
                ("Such as “Daily exception report”.", "Par exemple « Rapport d’exceptions quotidien »."),
            ),
            field(
                "change",
                "choice",
                ("What should happen?", "Que faut-il faire?"),
                choices="begin | Begin | Commencer\nchange | Change | Modifier\nend | End | Cesser",
            ),
            field(
                "frequency",
                "choice",
                ("How often?", "À quelle fréquence?"),
                choices="daily | Every day | Chaque jour\nweekly | Every week | Chaque semaine\n"
                "monthly | Every month | Chaque mois",
                **when("change", "begin", "change"),
            ),
            field(
                "recipients",
                "emails",
                ("Who is told of it?", "Qui en est avisé?"),
                (
                    "Addresses that hear when a report is ready. Reports themselves go by file transfer.",
                    "Les adresses avisées lorsqu’un rapport est prêt. Les rapports passent par transfert de fichiers.",
                ),
                required=False,
                most=10,
                **when("change", "begin", "change"),
            ),
            effective(),
        ],
        [
            task(("Set the subscription", "Régler l’abonnement"), 70),
            task(("See the first delivery", "Vérifier la première livraison"), 100),
        ],
        minutes=3 * DAY,
    ),
    item(
        "file-transfer-change",
        "configuration",
        "mdmr-operations",
        ("File-transfer endpoint, certificate or IP address", "Point d’accès, certificat ou adresse IP de transfert"),
        (
            "A change of your AS2 or FTS connection, such as a certificate that expires on 3 March.",
            "Un changement de votre connexion AS2 ou FTS, par exemple un certificat qui expire le 3 mars.",
        ),
        (
            "The new certificate or addresses, and a technical contact.",
            "Le nouveau certificat ou les adresses, et une personne-ressource technique.",
        ),
        [
            ENVIRONMENT,
            field(
                "what",
                "choice",
                ("What changes?", "Qu’est-ce qui change?"),
                choices="certificate | A certificate | Un certificat\n"
                "ip | IP addresses | Des adresses IP\nendpoint | The endpoint’s URL | L’URL du point d’accès",
            ),
            field(
                "certificate",
                "file",
                ("Certificate", "Certificat"),
                (
                    "The public part only, as .cer or .pem in a .zip file. Never a private key.",
                    "La partie publique seulement, en .cer ou .pem dans un fichier .zip. Jamais une clé privée.",
                ),
                **when("what", "certificate"),
            ),
            field(
                "addresses",
                "long_text",
                ("Old and new addresses", "Anciennes et nouvelles adresses"),
                ("Such as “192.0.2.10 to 198.51.100.7”.", "Par exemple « 192.0.2.10 à 198.51.100.7 »."),
                **when("what", "ip", "endpoint"),
            ),
            field("change_at", "datetime", ("When should it change?", "Quand faut-il changer?"), earliest_days=1),
            field(
                "technician",
                "text",
                ("Technical contact", "Personne-ressource technique"),
                (
                    "Who is at hand at that time, with a phone number.",
                    "Qui est disponible à ce moment, avec un numéro de téléphone.",
                ),
            ),
            REASON,
        ],
        [
            task(("Check the certificate or the addresses", "Vérifier le certificat ou les adresses"), 30),
            task(("Agree on the time with the technical contact", "Convenir de l’heure avec la personne-ressource"), 50, "service-desk"),
            task(("Change the connection and test a transfer", "Changer la connexion et essayer un transfert"), 100),
        ],
        minutes=5 * DAY,
        approvals=[SME],
    ),
    item(
        "agent-delegation",
        "configuration",
        "service-desk",
        ("Delegate authority to an agent", "Déléguer des pouvoirs à un mandataire"),
        (
            "A vendor acts for your organization, such as a billing agent from 1 April.",
            "Un fournisseur agit pour votre organisation, par exemple un mandataire de facturation dès le 1er avril.",
        ),
        (
            "The signed delegation form, and the agent’s name.",
            "Le formulaire de délégation signé, et le nom du mandataire.",
        ),
        [
            ORG_ID,
            field("agent", "text", ("Agent", "Mandataire"), ("Such as MeterBridge.", "Par exemple MeterBridge."), most=120),
            field(
                "scope",
                "multi_choice",
                ("What may the agent do?", "Que peut faire le mandataire?"),
                choices="billing | Billing | Facturation\nami | Meter reads (AMI) | Relevés de compteurs (ICA)\n"
                "cis | Customer information (CIS) | Renseignements sur la clientèle (SIC)\n"
                "desk | This Service Desk | Ce Centre de services",
            ),
            field("start_on", "date", ("From", "À partir du"), earliest_days=0),
            field(
                "end_on",
                "date",
                ("Until", "Jusqu’au"),
                ("Leave it empty if no end is agreed.", "Laissez vide si aucune fin n’est convenue."),
                required=False,
                earliest_days=1,
            ),
            field(
                "form",
                "file",
                ("Signed delegation form", "Formulaire de délégation signé"),
                ("As PDF, with both signatures.", "En PDF, avec les deux signatures."),
            ),
        ],
        [
            task(("Check the form and both signatures", "Vérifier le formulaire et les deux signatures"), 30),
            task(("Set the delegation in the MDM/R", "Inscrire la délégation dans le MDM/R"), 80, "mdmr-operations"),
            task(("Tell the organization and the agent", "Informer l’organisation et le mandataire"), 100),
        ],
        minutes=5 * DAY,
        approvals=[ADMIN, SME],
    ),
    item(
        "interface-change",
        "configuration",
        "mdmr-operations",
        ("AMI or CIS interface change", "Changement d’interface ICA ou SIC"),
        (
            "Your head-end or customer system changes, such as a new AMI version or another CIS.",
            "Votre frontal de collecte ou votre système client change, par exemple une nouvelle version d’ICA ou un autre SIC.",
        ),
        (
            "The systems and versions, and your test and cutover dates.",
            "Les systèmes et versions, et vos dates d’essai et de bascule.",
        ),
        [
            ORG_ID,
            field(
                "system",
                "choice",
                ("Which system?", "Quel système?"),
                choices="ami | AMI head-end | Frontal de collecte (ICA)\n"
                "cis | Customer information system (CIS) | Système d’information clientèle (SIC)\n"
                "both | Both | Les deux",
            ),
            field(
                "change",
                "long_text",
                ("What changes?", "Qu’est-ce qui change?"),
                (
                    "Vendor, product and versions, before and after.",
                    "Fournisseur, produit et versions, avant et après.",
                ),
            ),
            field("test_from", "date", ("Testing from", "Essais à partir du"), earliest_days=1),
            field("cutover_at", "datetime", ("Cutover", "Bascule"), earliest_days=1),
            NOTES,
        ],
        [
            task(("Compare with the interface specification", "Comparer avec la spécification d’interface"), 30),
            task(("Plan enrolment testing", "Planifier les essais d’inscription"), 50, "environments"),
            task(("Support the cutover", "Accompagner la bascule"), 100),
        ],
        minutes=10 * DAY,
    ),
]
