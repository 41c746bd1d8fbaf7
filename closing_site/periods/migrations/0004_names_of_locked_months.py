import django.db.models.deletion
from django.db import migrations, models

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0004_audit_chain"),
        ("periods", "0003_early_close"),
    ]

    operations = [
        migrations.CreateModel(
            name="PeriodName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("key", models.BigIntegerField()),
                ("code", models.CharField(max_length=150)),
                ("name", models.CharField(blank=True, max_length=300)),
                ("name_zh", models.CharField(blank=True, max_length=200)),
                ("category", models.CharField(blank=True, max_length=100)),
                ("rep", models.CharField(blank=True, max_length=80)),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.company",
                    ),
                ),
                (
                    "period",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="periods.period",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "period", "kind", "key"), name="periods_periodname_once"
                    )
                ],
            },
        ),
        AddCompanyKeys("periods"),
    ]
