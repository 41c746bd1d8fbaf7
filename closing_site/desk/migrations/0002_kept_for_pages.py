import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0002_preferences"),
        ("desk", "0001_initial"),
        ("periods", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StepStock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=20)),
                ("figures", models.JSONField(default=dict)),
                ("tally", models.JSONField(default=dict)),
                ("audit_position", models.BigIntegerField(default=0)),
                ("counted_at", models.DateTimeField(auto_now=True)),
                ("checked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="run",
            name="desk_run_state",
        ),
        migrations.AddField(
            model_name="approval",
            name="decision_reason",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AlterField(
            model_name="run",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "waits for the worker"),
                    ("running", "running"),
                    ("done", "done"),
                    ("failed", "failed"),
                ],
                default="running",
                max_length=7,
            ),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                condition=models.Q(("kind", "hold_back"), _negated=True),
                fields=["company", "kind", "period"],
                name="desk_approval_of_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="run",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["queued", "running", "done", "failed"])),
                name="desk_run_state",
            ),
        ),
        migrations.AddField(
            model_name="stepstock",
            name="company",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="companies.company",
            ),
        ),
        migrations.AddField(
            model_name="stepstock",
            name="period",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="periods.period",
            ),
        ),
        migrations.AddConstraint(
            model_name="stepstock",
            constraint=models.UniqueConstraint(
                fields=("company", "period", "step"), name="desk_stepstock_once"
            ),
        ),
        AddCompanyKeys("desk"),
    ]
