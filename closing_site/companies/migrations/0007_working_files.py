import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0006_holding_checks"),
    ]

    operations = [
        migrations.AddField(
            model_name="company",
            name="working_file_days",
            field=models.PositiveSmallIntegerField(db_default=90, default=90),
        ),
        migrations.CreateModel(
            name="CodeChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("row_id", models.BigIntegerField()),
                ("old_code", models.CharField(max_length=80)),
                ("new_code", models.CharField(max_length=80)),
                ("valid_from", models.DateField()),
                ("reason", models.TextField()),
                ("changed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["company", "kind", "row_id"], name="companies_codechange_row"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="companies_codechange_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("old_code", models.F("new_code")), _negated=True),
                        name="companies_codechange_other",
                    ),
                ],
            },
        ),
        AddCompanyKeys("companies"),
    ]
