import django.db.models.deletion
from django.db import migrations

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    dependencies = [
        ("periods", "0001_initial"),
        ("reconciliation", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="voucher",
            name="period",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="periods.period",
            ),
        ),
        migrations.AlterField(
            model_name="voucherline",
            name="account",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="reconciliation.account",
            ),
        ),
        AddCompanyKeys("reconciliation"),
    ]
