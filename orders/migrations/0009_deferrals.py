import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0002_preferences"),
        ("desk", "0003_what_pages_show"),
        ("orders", "0008_new_tax_rates"),
        ("periods", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel("HeldBack", "Unbilled"),
        migrations.RunSQL(
            "ALTER TABLE orders_unbilled RENAME CONSTRAINT orders_heldback_delivery_id_company"
            " TO orders_unbilled_delivery_id_company",
            "ALTER TABLE orders_unbilled RENAME CONSTRAINT orders_unbilled_delivery_id_company"
            " TO orders_heldback_delivery_id_company",
        ),
        migrations.CreateModel(
            name="Deferral",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("person", "by a person"), ("automatic", "automatic")],
                        max_length=9,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("billing", "invoice later"),
                            ("amount_unknown", "price or quantity open"),
                            ("recognition", "refused, returned or disputed"),
                        ],
                        default="billing",
                        max_length=14,
                    ),
                ),
                ("reason", models.TextField()),
                (
                    "estimate",
                    closing_site.fields.MoneyField(decimal_places=4, max_digits=20, null=True),
                ),
                ("expected_on", models.DateField(null=True)),
                (
                    "deferred_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("released_at", models.DateTimeField(null=True)),
                ("release_reason", models.TextField(blank=True, db_default="")),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="unbilled",
            name="orders_heldback_once",
        ),
        migrations.RemoveConstraint(
            model_name="unbilled",
            name="orders_heldback_reason",
        ),
        migrations.AddField(
            model_name="unbilled",
            name="estimate",
            field=closing_site.fields.MoneyField(decimal_places=4, max_digits=20, null=True),
        ),
        migrations.AddField(
            model_name="unbilled",
            name="kind",
            field=models.CharField(
                choices=[
                    ("billing", "invoice later"),
                    ("amount_unknown", "price or quantity open"),
                    ("recognition", "refused, returned or disputed"),
                ],
                db_default="billing",
                max_length=14,
            ),
        ),
        migrations.AddField(
            model_name="deferral",
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
            model_name="deferral",
            name="deferred_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="deferral",
            name="delivery",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                soft=True,
                to="orders.delivery",
            ),
        ),
        migrations.AddField(
            model_name="deferral",
            name="order",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deferrals",
                to="orders.order",
            ),
        ),
        migrations.AddField(
            model_name="deferral",
            name="released_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="unbilled",
            name="deferral",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="orders.deferral",
            ),
        ),
        migrations.AddConstraint(
            model_name="unbilled",
            constraint=models.UniqueConstraint(
                fields=("company", "period", "delivery"), name="orders_unbilled_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="unbilled",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="orders_unbilled_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="unbilled",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["billing", "amount_unknown", "recognition"])),
                name="orders_unbilled_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="unbilled",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("estimate", None),
                    models.Q(("estimate__gte", 0), ("kind", "amount_unknown")),
                    _connector="OR",
                ),
                name="orders_unbilled_estimate",
            ),
        ),
        migrations.AddIndex(
            model_name="deferral",
            index=models.Index(fields=["company", "order"], name="orders_deferral_of_order"),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="orders_deferral_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released_at", None)),
                fields=("company", "order", "delivery"),
                name="orders_deferral_one_open",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["person", "automatic"])),
                name="orders_deferral_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["billing", "amount_unknown", "recognition"])),
                name="orders_deferral_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="orders_deferral_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("origin", "person"),
                    models.Q(("delivery", None), ("estimate", None), ("kind", "billing")),
                    _connector="OR",
                ),
                name="orders_deferral_automatic_is_billing",
            ),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("estimate", None),
                    models.Q(("estimate__gte", 0), ("kind", "amount_unknown")),
                    _connector="OR",
                ),
                name="orders_deferral_estimate",
            ),
        ),
        migrations.AddConstraint(
            model_name="deferral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("release_reason", ""), ("released_at", None), ("released_by", None)),
                    models.Q(("released_at__isnull", False), ("released_by__isnull", False)),
                    models.Q(("origin", "automatic"), ("released_at__isnull", False)),
                    _connector="OR",
                ),
                name="orders_deferral_released_by",
            ),
        ),
        AddCompanyKeys("orders"),
    ]
