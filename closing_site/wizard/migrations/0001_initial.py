import django.db.models.deletion
from django.db import migrations, models

from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("companies", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProcedureStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=20)),
                ("position", models.PositiveSmallIntegerField()),
                ("instruction", models.TextField(verbose_name="instruction")),
                ("instruction_zh", models.TextField(verbose_name="instruction in Chinese")),
                (
                    "owner_role",
                    models.CharField(
                        choices=[
                            ("sales_rep", "Sales representative"),
                            ("finance", "Finance"),
                            ("manager", "Manager"),
                            ("auditor", "Auditor"),
                            ("admin", "Administrator"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "due_day",
                    models.PositiveSmallIntegerField(
                        verbose_name="due, days after the month's end"
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "step"), name="wizard_procedurestep_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "owner_role__in",
                                ["sales_rep", "finance", "manager", "auditor", "admin"],
                            )
                        ),
                        name="wizard_procedurestep_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("instruction", ""), _negated=True),
                        name="wizard_procedurestep_text",
                    ),
                ],
            },
        ),
        AddCompanyKeys("wizard"),
    ]
