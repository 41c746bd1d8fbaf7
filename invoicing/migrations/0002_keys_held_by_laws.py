import django.db.models.deletion
from django.db import migrations

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    dependencies = [
        ("invoicing", "0001_initial"),
        ("orders", "0001_initial"),
        ("periods", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invoice",
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
            model_name="invoiceline",
            name="credited_line",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="invoicing.invoiceline",
            ),
        ),
        migrations.AlterField(
            model_name="invoiceline",
            name="order_line",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="orders.orderline",
            ),
        ),
        AddCompanyKeys("invoicing"),
        migrations.RemoveConstraint(
            model_name="invoiceline",
            name="invoicing_invoiceline_company_id",
        ),
    ]
