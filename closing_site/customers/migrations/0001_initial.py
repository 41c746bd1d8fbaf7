import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("companies", "0001_initial"),
        ("periods", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SalesRep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=80, verbose_name="code")),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
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
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Customer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=80, verbose_name="code")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("tax_id", models.CharField(blank=True, max_length=50, verbose_name="tax number")),
                ("email", models.CharField(blank=True, max_length=200, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=50, verbose_name="telephone")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                ("city", models.CharField(blank=True, max_length=100, verbose_name="city")),
                ("region", models.CharField(blank=True, max_length=100, verbose_name="region")),
                (
                    "postal_code",
                    models.CharField(blank=True, max_length=20, verbose_name="postal code"),
                ),
                ("country", models.CharField(blank=True, max_length=50, verbose_name="country")),
                (
                    "currency",
                    closing_site.fields.CurrencyField(
                        blank=True, max_length=3, verbose_name="currency"
                    ),
                ),
                (
                    "payment_terms_days",
                    models.PositiveIntegerField(null=True, verbose_name="days to pay"),
                ),
                (
                    "payment_method",
                    models.CharField(blank=True, max_length=20, verbose_name="method of payment"),
                ),
                (
                    "discount_terms",
                    models.CharField(blank=True, max_length=50, verbose_name="cash discount"),
                ),
                (
                    "credit_limit",
                    closing_site.fields.MoneyField(
                        decimal_places=4, max_digits=20, null=True, verbose_name="credit limit"
                    ),
                ),
                (
                    "invoice_grouping",
                    models.CharField(
                        choices=[
                            ("order", "an invoice per order"),
                            ("month", "an invoice per month"),
                        ],
                        default="order",
                        max_length=5,
                    ),
                ),
                ("is_on_hold", models.BooleanField(default=False)),
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
                    "sales_rep",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.salesrep",
                    ),
                ),
            ],
            options={
                "verbose_name": "customer",
                "verbose_name_plural": "customers",
            },
        ),
        migrations.CreateModel(
            name="OpenItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("debit", "the customer owes it"),
                            ("credit", "the customer is owed it"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "invoice"),
                            ("credit_note", "credit note"),
                            ("payment", "payment"),
                            ("refund", "refund"),
                            ("opening_invoice", "invoice from before"),
                            ("opening_credit_note", "credit note from before"),
                            ("opening_advance", "advance from before"),
                        ],
                        max_length=20,
                    ),
                ),
                ("document_id", models.BigIntegerField(help_text="0 for an opening item")),
                ("number", models.CharField(max_length=80)),
                ("currency", closing_site.fields.CurrencyField(max_length=3)),
                ("amount", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_amount", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                (
                    "settled",
                    closing_site.fields.MoneyField(decimal_places=4, default=0, max_digits=20),
                ),
                (
                    "base_settled",
                    closing_site.fields.MoneyField(decimal_places=4, default=0, max_digits=20),
                ),
                ("issued_on", models.DateField()),
                ("due_on", models.DateField(null=True)),
                ("posted_on", models.DateField()),
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
                    "customer",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled__lt", models.F("amount"))),
                        fields=["company", "customer", "currency"],
                        name="customers_openitem_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "customer", "id"), name="customers_openitem_customer_id"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("document_id__gt", 0)),
                        fields=("company", "kind", "document_id"),
                        name="customers_openitem_document",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("document_id", 0)),
                        fields=("company", "kind", "number"),
                        name="customers_openitem_opening_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "invoice",
                                    "credit_note",
                                    "payment",
                                    "refund",
                                    "opening_invoice",
                                    "opening_credit_note",
                                    "opening_advance",
                                ],
                            )
                        ),
                        name="customers_openitem_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ["invoice", "refund", "opening_invoice"]),
                                ("side", "debit"),
                            ),
                            models.Q(
                                ("side", "credit"),
                                models.Q(
                                    ("kind__in", ["invoice", "refund", "opening_invoice"]),
                                    _negated=True,
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="customers_openitem_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled__gte", 0), ("settled__lte", models.F("amount"))
                        ),
                        name="customers_openitem_settled_within_amount",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="salesrep",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="customers_salesrep_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="salesrep",
            constraint=models.UniqueConstraint(
                fields=("company", "code"), name="customers_salesrep_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="customers_customer_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.UniqueConstraint(
                fields=("company", "code"), name="customers_customer_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(("invoice_grouping__in", ["order", "month"])),
                name="customers_customer_grouping",
            ),
        ),
        AddCompanyKeys("customers"),
    ]
