# SPDX-License-Identifier: Apache-2.0
"""Places: further kinds of lists and of results."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Words only; the columns stay as they are."""

    dependencies = [("enrichment", "0004_erasing_arrivals")]
    operations = [
        migrations.AlterField(
            "dataset",
            "kind",
            models.CharField(
                choices=[
                    ("warninglist", "Warninglist"),
                    ("kev", "Known exploited vulnerabilities"),
                    ("attack", "ATT&CK techniques"),
                    ("galaxy", "Names of actors and tools"),
                    ("indicators", "Indicators"),
                    ("sites", "Sites of your own"),
                    ("gazetteer", "Places"),
                    ("countries", "Countries of addresses"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            "result",
            "kind",
            models.CharField(
                choices=[
                    ("watched", "Watch-list"),
                    ("indicator", "Known indicator"),
                    ("kev", "Known exploited vulnerability"),
                    ("asset", "Asset"),
                    ("identity", "Identity"),
                    ("technique", "ATT&CK technique"),
                    ("actor", "Name of an actor or tool"),
                    ("warninglist", "Perhaps harmless"),
                    ("sighting", "Seen before"),
                    ("place", "Where it may be"),
                    ("country", "Country of an address"),
                    ("extracted", "Found in the text"),
                ],
                max_length=12,
            ),
        ),
    ]
