import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys

#: Uploads, previews and bad rows of imports were attachments; what stays is sealed by the next lock.
MOVE = """
    INSERT INTO desk_workingfile (company_id, document_kind, document_id, document_number, name,
        content_type, sha256, content, added_by_id, added_at)
    SELECT company_id, document_kind, document_id, document_number, name, content_type, sha256,
        content, added_by_id, added_at
    FROM desk_attachment WHERE starts_with(document_kind, 'import') ORDER BY id;
    DELETE FROM desk_attachment WHERE starts_with(document_kind, 'import');
    INSERT INTO desk_attachmentmonth (company_id, attachment_id)
    SELECT company_id, id FROM desk_attachment ORDER BY id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0007_working_files"),
        ("desk", "0006_content_of_requests"),
        ("periods", "0004_names_of_locked_months"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AttachmentMonth",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "attachment",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.attachment",
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
                (
                    "period",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        soft=True,
                        to="periods.period",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["company", "period"], name="desk_attachmentmonth_month")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "attachment"), name="desk_attachmentmonth_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document_kind", models.CharField(max_length=30)),
                ("document_id", models.BigIntegerField()),
                ("document_number", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                (
                    "added_by",
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
                "indexes": [models.Index(fields=["added_at"], name="desk_workingfile_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "document_kind", "document_id", "sha256"),
                        name="desk_workingfile_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(MOVE, migrations.RunSQL.noop),
        AddCompanyKeys("desk"),
    ]
