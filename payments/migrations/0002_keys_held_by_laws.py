import django.db.models.deletion
from django.db import migrations

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
        ("payments", "0001_initial"),
        ("periods", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="allocation",
            name="credit_item",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="customers.openitem",
            ),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="debit_item",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="customers.openitem",
            ),
        ),
        migrations.AlterField(
            model_name="allocation",
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
            model_name="deduction",
            name="item",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="customers.openitem",
            ),
        ),
        migrations.AlterField(
            model_name="deduction",
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
            model_name="payment",
            name="period",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="periods.period",
            ),
        ),
        AddCompanyKeys("payments"),
    ]
