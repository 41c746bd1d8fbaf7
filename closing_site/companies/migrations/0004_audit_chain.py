import django.db.models.deletion
from django.db import migrations, models

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys

#: What the audit held before there were batches is one batch of each company, number 0.
FIRST_BATCHES = """
    SET LOCAL TimeZone = 'UTC';
    SET LOCAL DateStyle = 'ISO, YMD';
    WITH written AS (
        INSERT INTO companies_auditbatch (company_id, number, xact, actor, origin, document_kind,
            first_id, last_id, rows, digest)
        SELECT e.company_id, 0, pg_current_xact_id(), '', '', 'audit', min(e.id), max(e.id),
            count(*), sha256(string_agg(sha256(convert_to(ROW(e.id, e.company_id, e.at, e.actor,
                e.action, e.document_kind, e.document_id, e.document_number, e.before,
                e.after)::text, 'UTF8')), ''::bytea ORDER BY e.id))
        FROM companies_auditentry AS e GROUP BY e.company_id
        RETURNING id, company_id
    )
    INSERT INTO companies_auditpending (company_id, batch_id) SELECT company_id, id FROM written
"""


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0003_installed_objects"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="batch",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="AuditBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField()),
                ("xact", closing_site.fields.TransactionIdField()),
                ("actor", models.CharField(max_length=150)),
                ("user_id", models.BigIntegerField(null=True)),
                ("origin", models.CharField(blank=True, max_length=80)),
                ("document_kind", models.CharField(max_length=30)),
                ("first_id", models.BigIntegerField()),
                ("last_id", models.BigIntegerField()),
                ("rows", models.BigIntegerField()),
                ("digest", models.BinaryField()),
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
        ),
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.BigIntegerField()),
                ("digest", models.BinaryField()),
                ("linked_at", models.DateTimeField()),
                (
                    "batch",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.auditbatch",
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
        ),
        migrations.CreateModel(
            name="AuditPending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "batch",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="companies.auditbatch",
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
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="auditbatch",
            index=models.Index(
                condition=models.Q(
                    (
                        "document_kind__in",
                        ("finding", "approval", "period", "cut_off", "membership"),
                    ),
                    _negated=True,
                ),
                fields=["company", "xact"],
                name="companies_auditbatch_changes",
            ),
        ),
        migrations.AddConstraint(
            model_name="auditbatch",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="companies_auditbatch_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditbatch",
            constraint=models.UniqueConstraint(
                fields=("company", "number"), name="companies_auditbatch_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditlink",
            constraint=models.UniqueConstraint(
                fields=("company", "position"), name="companies_auditlink_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="auditlink",
            constraint=models.UniqueConstraint(
                fields=("company", "batch"), name="companies_auditlink_once"
            ),
        ),
        AddCompanyKeys("companies"),
        migrations.RunSQL(FIRST_BATCHES, migrations.RunSQL.noop),
    ]
