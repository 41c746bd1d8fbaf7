import django.db.models.deletion
from django.db import migrations

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    dependencies = [
        # Its allocations point at the constraint until then.
        ("payments", "0002_keys_held_by_laws"),
        ("customers", "0001_initial"),
        ("periods", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="openitem",
            name="period",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="periods.period",
            ),
        ),
        AddCompanyKeys("customers"),
        migrations.RemoveConstraint(
            model_name="openitem",
            name="customers_openitem_customer_id",
        ),
    ]
