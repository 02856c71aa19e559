"""Issues and requests: testing feedback, and a request for change."""

from tickets.migrations.catalogue_2026_11.writing import TEST_ENVIRONMENT, field, item, task

ITEMS = [
    item(
        "testing-feedback",
        "feedback",
        "environments",
        ("Testing feedback", "Rétroaction d’essais"),
        (
            "Something you saw while testing a release, such as “Step 4 of the BQ script returns no file”.",
            "Ce que vous avez observé pendant l’essai d’une version, par exemple « L’étape 4 du script BQ ne produit aucun fichier ».",
        ),
        (
            "The release, the script and its step, and a screenshot or file.",
            "La version, le script et son étape, et une capture d’écran ou un fichier.",
        ),
        [
            TEST_ENVIRONMENT,
            field(
                "release",
                "text",
                ("Release under test", "Version à l’essai"),
                ("Such as 8.2 or 8.2.1.", "Par exemple 8.2 ou 8.2.1."),
                most=40,
            ),
            field(
                "step",
                "text",
                ("Script or step", "Script ou étape"),
                ("Such as “BQ-07, step 4”.", "Par exemple « BQ-07, étape 4 »."),
            ),
            field(
                "expected",
                "long_text",
                ("What did you expect?", "À quoi vous attendiez-vous?"),
                (
                    "Such as “A response file with 40 accounts”.",
                    "Par exemple « Un fichier de réponse de 40 comptes ».",
                ),
            ),
            field(
                "observed",
                "long_text",
                ("What did you see?", "Qu’avez-vous observé?"),
                (
                    "Such as “A response file with 12 accounts, and no exception report”.",
                    "Par exemple « Un fichier de réponse de 12 comptes, et aucun rapport d’exceptions ».",
                ),
            ),
            field(
                "evidence",
                "file",
                ("Evidence", "Pièces à l’appui"),
                (
                    "Screenshots, the file sent or the response, without consumers’ names and addresses.",
                    "Captures d’écran, fichier envoyé ou réponse reçue, sans nom ni adresse de consommateur.",
                ),
                required=False,
            ),
        ],
        [
            task(("Repeat the step in the test environment", "Refaire l’étape dans l’environnement d’essai"), 40),
            task(("Decide what it becomes: defect, comment or none", "Décider de la suite : défaut, commentaire ou rien"), 80),
            task(("Tell the tester", "Informer la personne qui a fait l’essai"), 100, "service-desk"),
        ],
    ),
    item(
        "request-for-change",
        "change",
        "service-desk",
        ("Request for change", "Demande de changement"),
        (
            "Software, hardware or documents that should change, such as “Add the ULO period to the daily report”.",
            "Un logiciel, du matériel ou un document à changer, par exemple « Ajouter la période ULO au rapport quotidien ».",
        ),
        (
            "What should change, for whom, and what happens if it does not.",
            "Ce qui devrait changer, pour qui, et ce qui arrive sinon.",
        ),
        [
            field(
                "subject",
                "choice",
                ("What should change?", "Qu’est-ce qui devrait changer?"),
                choices="software | Software | Logiciel\n"
                "hardware | Hardware | Matériel\n"
                "document | A manual or an interface specification | Un manuel ou une spécification d’interface",
            ),
            field(
                "document",
                "text",
                ("Which document, and which section?", "Quel document, et quelle section?"),
                (
                    "Such as “File formats manual, section 4.2”.",
                    "Par exemple « Manuel des formats de fichier, section 4.2 ».",
                ),
                show_field="subject",
                show_values="document",
            ),
            field(
                "description",
                "long_text",
                ("What should be different?", "Qu’est-ce qui devrait être différent?"),
                ("How it works today, and how it should.", "Comment cela fonctionne aujourd’hui, et comment il le faudrait."),
            ),
            field(
                "benefit",
                "long_text",
                ("Who gains what by it?", "Qui y gagne, et quoi?"),
                (
                    "Such as “Every LDC with ULO customers saves a manual check each day”.",
                    "Par exemple « Chaque SDL qui a des clients ULO évite une vérification manuelle par jour ».",
                ),
            ),
            field(
                "wanted_on",
                "date",
                ("Wanted by", "Souhaité pour le"),
                ("If there is a date that it has to meet.", "S’il y a une date à respecter."),
                required=False,
                earliest_days=1,
            ),
            field("files", "file", ("Files", "Fichiers"), required=False),
        ],
        [
            task(("Check that it is complete", "Vérifier que la demande est complète"), 30),
            task(("Record the request with the change manager", "Inscrire la demande auprès du gestionnaire des changements"), 70),
            task(("Tell the requester its reference", "Communiquer la référence à la personne qui demande"), 100),
        ],
    ),
]
