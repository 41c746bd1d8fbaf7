import django.db.models.deletion
from django.db import migrations

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
        ("periods", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="period",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="periods.period",
            ),
        ),
        migrations.AlterField(
            model_name="heldback",
            name="period",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="periods.period",
            ),
        ),
        AddCompanyKeys("orders"),
    ]
