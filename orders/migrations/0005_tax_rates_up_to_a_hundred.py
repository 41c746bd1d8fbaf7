from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0004_lists"),
    ]

    operations = [
        # Files were once taken with more than a hundred percent: what they left stops no upgrade.
        AddConstraintNotValid(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__range", (0, 100))), name="orders_taxrate_percent"
            ),
        ),
    ]
