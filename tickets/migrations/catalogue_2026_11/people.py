"""People and training: MDM/R GUI users, Service Desk users, workshops."""

from tickets.migrations.catalogue_2026_11.writing import (
    ADMIN,
    DAY,
    REASON,
    SME,
    YES_NO,
    field,
    item,
    task,
    when,
)

GUI_ROLES = (
    "view = Read only = Lecture seule; bill = Billing analyst = Analyste de facturation;"
    " data = Data operator = Opérateur de données; manage = GUI administrator = Administrateur de l’interface"
)
DESK_ROLES = (
    "ldc_staff | Service Desk user | Utilisateur du Centre de services\n"
    "ldc_admin | Organization administrator | Administrateur de l’organisation"
)
GUI_ENVIRONMENT = field(
    "environment",
    "environment",
    ("Environment", "Environnement"),
    ("Where they sign in.", "Où la personne ouvre sa session."),
)
GUI_USER = field(
    "user",
    "text",
    ("Name of the GUI user", "Nom de l’utilisateur de l’interface"),
    ("As the GUI shows it.", "Tel que l’interface l’affiche."),
    most=120,
)
GUI_EMAIL = field(
    "email",
    "email",
    ("Work e-mail", "Courriel professionnel"),
    (
        "The address that the GUI knows, such as dana@utility.example.",
        "L’adresse que l’interface connaît, par exemple dana@utility.example.",
    ),
)
URGENT = field(
    "urgent",
    "choice",
    ("Has it to be done today?", "Faut-il le faire aujourd’hui?"),
    (
        "Yes when somebody must not sign in any more, from now on.",
        "Oui si la personne ne doit plus pouvoir ouvrir de session dès maintenant.",
    ),
    choices=YES_NO,
)
LAST_DAY = field(
    "last_day",
    "date",
    ("Last day of access", "Dernier jour d’accès"),
    ("Access ends when this day ends.", "L’accès prend fin à la fin de cette journée."),
    earliest_days=0,
    **when("urgent", "no"),
)
PERSON = field(
    "person",
    "person",
    ("Which person?", "Quelle personne?"),
    (
        "Somebody who acts for your organization in this portal.",
        "Une personne qui agit pour votre organisation dans ce portail.",
    ),
)

ITEMS = [
    item(
        "gui-user-new",
        "gui_users",
        "service-desk",
        ("New GUI users", "Nouveaux utilisateurs de l’interface"),
        (
            "Access to the MDM/R GUI for one person or several, such as three billing analysts.",
            "Accès à l’interface du MDM/R pour une ou plusieurs personnes, par exemple trois analystes de facturation.",
        ),
        (
            "Each person’s name, work e-mail and role.",
            "Le nom, le courriel professionnel et le rôle de chaque personne.",
        ),
        [
            field(
                "users",
                "table",
                ("Users", "Utilisateurs"),
                (
                    "Such as: Dana Roy, dana@utility.example, Read only.",
                    "Par exemple : Dana Roy, dana@utility.example, Lecture seule.",
                ),
                columns="name | text | Name | Nom | required\n"
                "email | email | Work e-mail | Courriel professionnel | required\n"
                f"role | choice | Role | Rôle | required | {GUI_ROLES}\n"
                "org_id | text | ORG ID | ORG ID | optional",
                most=50,
            ),
            GUI_ENVIRONMENT,
            field(
                "start_on",
                "date",
                ("First day of access", "Premier jour d’accès"),
                (
                    "Leave it empty for as soon as possible.",
                    "Laissez vide pour le plus tôt possible.",
                ),
                required=False,
                earliest_days=0,
            ),
            REASON,
        ],
        [
            task(("Check names and roles", "Vérifier les noms et les rôles"), 25),
            task(("Create the accounts in the GUI", "Créer les comptes dans l’interface"), 75, "mdmr-operations"),
            task(("Send each person their sign-in", "Envoyer à chaque personne ses accès"), 100),
        ],
        minutes=2 * DAY,
        restricted=True,
    ),
    item(
        "gui-user-role",
        "gui_users",
        "service-desk",
        ("Change a GUI user’s role", "Changer le rôle d’un utilisateur de l’interface"),
        (
            "Another role in the MDM/R GUI, such as from read only to billing analyst.",
            "Un autre rôle dans l’interface du MDM/R, par exemple de lecture seule à analyste de facturation.",
        ),
        ("The user’s name and work e-mail.", "Le nom et le courriel professionnel de l’utilisateur."),
        [
            GUI_USER,
            GUI_EMAIL,
            GUI_ENVIRONMENT,
            field(
                "role",
                "choice",
                ("New role", "Nouveau rôle"),
                choices="view | Read only | Lecture seule\n"
                "bill | Billing analyst | Analyste de facturation\n"
                "data | Data operator | Opérateur de données\n"
                "manage | GUI administrator | Administrateur de l’interface",
            ),
            REASON,
        ],
        [
            task(("Check who asks and for whom", "Vérifier qui demande et pour qui"), 40),
            task(("Change the role in the GUI", "Changer le rôle dans l’interface"), 100, "mdmr-operations"),
        ],
        minutes=DAY,
        restricted=True,
    ),
    item(
        "gui-user-reset",
        "gui_users",
        "service-desk",
        ("Reset a GUI password or unlock a user", "Réinitialiser un mot de passe ou déverrouiller un utilisateur"),
        (
            "Somebody cannot sign in to the MDM/R GUI, such as after too many attempts.",
            "Une personne ne peut pas ouvrir de session dans l’interface du MDM/R, par exemple après trop d’essais.",
        ),
        (
            "The user’s name, and a phone number where we can reach them.",
            "Le nom de l’utilisateur, et un numéro où le joindre.",
        ),
        [
            field(
                "need",
                "choice",
                ("What is needed?", "Que faut-il faire?"),
                (
                    "Never write a password here or in a message.",
                    "N’écrivez jamais de mot de passe ici ni dans un message.",
                ),
                choices="password | A new password | Un nouveau mot de passe\n"
                "unlock | Unlock the user | Déverrouiller l’utilisateur",
            ),
            GUI_USER,
            GUI_EMAIL,
            GUI_ENVIRONMENT,
            field(
                "phone",
                "text",
                ("Phone for checking who it is", "Téléphone pour vérifier l’identité"),
                (
                    "We call the user at this number, such as 416 555 0142.",
                    "Nous appelons l’utilisateur à ce numéro, par exemple 416 555-0142.",
                ),
                words=(
                    "Write a phone number with area code, such as 416 555 0142.",
                    "Écrivez un numéro avec l’indicatif régional, par exemple 416 555-0142.",
                ),
                pattern=r"[0-9+() .-]{10,25}( ?(x|ext\.?|poste) ?[0-9]{1,6})?",
            ),
        ],
        [
            task(("Call the user and check who it is", "Appeler l’utilisateur et vérifier son identité"), 50),
            task(("Reset or unlock", "Réinitialiser ou déverrouiller"), 100, "mdmr-operations"),
        ],
        minutes=4 * 60,
        restricted=True,
    ),
    item(
        "gui-user-remove",
        "gui_users",
        "service-desk",
        ("Remove GUI users", "Retirer des utilisateurs de l’interface"),
        (
            "End somebody’s access to the MDM/R GUI, such as when they leave.",
            "Mettre fin à l’accès d’une personne à l’interface du MDM/R, par exemple à son départ.",
        ),
        ("Work e-mails, and the last day.", "Les courriels professionnels et le dernier jour."),
        [
            field(
                "users",
                "emails",
                ("Work e-mails of the users", "Courriels professionnels des utilisateurs"),
                most=50,
            ),
            GUI_ENVIRONMENT,
            URGENT,
            LAST_DAY,
            REASON,
        ],
        [
            task(("Close the accounts in the GUI", "Fermer les comptes dans l’interface"), 80, "mdmr-operations"),
            task(("Confirm to the organization", "Confirmer à l’organisation"), 100),
        ],
        minutes=DAY,
        restricted=True,
    ),
    item(
        "desk-user-new",
        "desk_users",
        "service-desk",
        ("New Service Desk user", "Nouvel utilisateur du Centre de services"),
        (
            "Somebody else of your organization may use this portal, such as a new billing analyst.",
            "Une autre personne de votre organisation pourra utiliser ce portail, par exemple un nouvel analyste.",
        ),
        ("Their name, work e-mail and language.", "Son nom, son courriel professionnel et sa langue."),
        [
            field("name", "text", ("Name", "Nom"), ("Such as Dana Roy.", "Par exemple Dana Roy."), most=120),
            field(
                "email",
                "email",
                ("Work e-mail", "Courriel professionnel"),
                (
                    "The invitation goes there, such as to dana@utility.example.",
                    "L’invitation y est envoyée, par exemple à dana@utility.example.",
                ),
            ),
            field("role", "choice", ("Role", "Rôle"), choices=DESK_ROLES),
            field(
                "language",
                "choice",
                ("Language", "Langue"),
                choices="en | English | Anglais\nfr | French | Français",
            ),
            REASON,
        ],
        [
            task(("Check name and address", "Vérifier le nom et l’adresse"), 50),
            task(("Send the invitation", "Envoyer l’invitation"), 100),
        ],
        minutes=DAY,
        approvals=[ADMIN],
        effect="invite",
        restricted=True,
    ),
    item(
        "desk-user-change",
        "desk_users",
        "service-desk",
        ("Change a Service Desk user’s role", "Changer le rôle d’un utilisateur du Centre de services"),
        (
            "Another role in this portal, such as from user to organization administrator.",
            "Un autre rôle dans ce portail, par exemple d’utilisateur à administrateur de l’organisation.",
        ),
        ("Who it is, and the role they need.", "La personne, et le rôle dont elle a besoin."),
        [PERSON, field("role", "choice", ("New role", "Nouveau rôle"), choices=DESK_ROLES), REASON],
        [
            task(("Check that the role fits", "Vérifier que le rôle convient"), 50),
            task(("Change the role", "Changer le rôle"), 100),
        ],
        minutes=DAY,
        approvals=[ADMIN],
        effect="change_role",
        restricted=True,
    ),
    item(
        "desk-user-remove",
        "desk_users",
        "service-desk",
        ("Remove a Service Desk user", "Retirer un utilisateur du Centre de services"),
        (
            "End somebody’s access to this portal, such as when they leave.",
            "Mettre fin à l’accès d’une personne à ce portail, par exemple à son départ.",
        ),
        ("Who it is, and their last day.", "La personne, et son dernier jour."),
        [PERSON, URGENT, LAST_DAY, REASON],
        [
            task(("End the access", "Mettre fin à l’accès"), 80),
            task(("Hand over open tickets", "Réattribuer les billets ouverts"), 100),
        ],
        minutes=4 * 60,  # the same day, for what comes in the morning
        approvals=[ADMIN],
        effect="deactivate",
        restricted=True,
    ),
    item(
        "desk-administrator-change",
        "desk_users",
        "service-desk",
        ("Change of organization administrator", "Changement d’administrateur de l’organisation"),
        (
            "Somebody else looks after your organization’s people in this portal.",
            "Une autre personne gère les utilisateurs de votre organisation dans ce portail.",
        ),
        (
            "The new administrator, who has to be a Service Desk user already.",
            "Le nouvel administrateur, qui doit déjà être utilisateur du Centre de services.",
        ),
        [
            field("person", "person", ("New administrator", "Nouvel administrateur")),
            field(
                "replaces",
                "person",
                ("Whom do they replace?", "Qui cette personne remplace-t-elle?"),
                (
                    "Leave it empty to add an administrator.",
                    "Laissez vide pour ajouter un administrateur.",
                ),
                required=False,
            ),
            field(
                "letter",
                "file",
                ("Letter of authorization", "Lettre d’autorisation"),
                (
                    "Signed by an officer of your organization.",
                    "Signée par un dirigeant de votre organisation.",
                ),
            ),
            REASON,
        ],
        [
            task(("Check the letter of authorization", "Vérifier la lettre d’autorisation"), 40),
            task(("Change the administrator", "Changer l’administrateur"), 80),
            task(("Confirm to both people", "Confirmer aux deux personnes"), 100),
        ],
        minutes=2 * DAY,
        approvals=[ADMIN, SME],
        effect="change_administrator",
        restricted=True,
    ),
    item(
        "workshop-registration",
        "workshops",
        "service-desk",
        ("Workshop registration", "Inscription à un atelier"),
        (
            "A seat in a workshop, such as “Billing quantities and TOU” by webinar.",
            "Une place dans un atelier, par exemple « Quantités de facturation et TOU » par webinaire.",
        ),
        ("Who takes part, and which days suit.", "Qui participe, et quels jours conviennent."),
        [
            field(
                "workshop",
                "choice",
                ("Workshop", "Atelier"),
                choices="introduction | MDM/R introduction | Introduction au MDM/R\n"
                "gui | GUI basics | Notions de base de l’interface\n"
                "vee | VEE and estimation | VEE et estimation\n"
                "billing | Billing quantities and TOU | Quantités de facturation et TOU\n"
                "reports | Reports and reconciliation | Rapports et rapprochement\n"
                "registration | Registration and synchronization | Inscription et synchronisation\n"
                "desk | Service Desk for LDCs | Le Centre de services pour les SDL\n"
                "continuity | Business-continuity roles | Rôles de continuité des activités",
            ),
            field(
                "participants",
                "table",
                ("Participants", "Participants"),
                (
                    "Such as: Dana Roy, dana@utility.example.",
                    "Par exemple : Dana Roy, dana@utility.example.",
                ),
                columns="name | text | Name | Nom | required\n"
                "email | email | Work e-mail | Courriel professionnel | required",
                most=30,
            ),
            field(
                "form",
                "choice",
                ("In person or by webinar?", "En personne ou par webinaire?"),
                choices="either | Either | L’un ou l’autre\nperson | In person | En personne\n"
                "webinar | By webinar | Par webinaire",
            ),
            field(
                "language",
                "choice",
                ("Language", "Langue"),
                choices="en | English | Anglais\nfr | French | Français",
            ),
            field(
                "needs",
                "long_text",
                ("Accessibility needs", "Besoins d’accessibilité"),
                (
                    "Such as captions, or a room without stairs.",
                    "Par exemple des sous-titres, ou une salle sans escalier.",
                ),
                required=False,
                material=False,
            ),
        ],
        [
            task(("Find a session with seats", "Trouver une séance avec des places"), 50),
            task(("Register the participants and tell them", "Inscrire les participants et les en informer"), 100),
        ],
    ),
]
