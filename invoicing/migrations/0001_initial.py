import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("companies", "0001_initial"),
        ("customers", "0001_initial"),
        ("orders", "0001_initial"),
        ("periods", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=60)),
                ("last_number", models.PositiveIntegerField(default=0)),
                ("last_issued_on", models.DateField(null=True)),
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
        ),
        migrations.CreateModel(
            name="PartySnapshot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=200)),
                ("tax_id", models.CharField(blank=True, max_length=50)),
                ("address", models.CharField(blank=True, max_length=600)),
                ("country", models.CharField(blank=True, max_length=50)),
                ("bank", models.CharField(blank=True, max_length=200)),
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
            name="Invoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "invoice"),
                            ("credit_note", "credit note"),
                            ("deposit", "deposit invoice"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("draft", "draft"), ("issued", "issued")], max_length=6
                    ),
                ),
                ("sequence_number", models.PositiveIntegerField(null=True)),
                ("number", models.CharField(max_length=80, null=True, verbose_name="number")),
                ("currency", closing_site.fields.CurrencyField(max_length=3)),
                (
                    "exchange_rate",
                    closing_site.fields.ExchangeRateField(decimal_places=10, max_digits=20),
                ),
                ("prices_include_tax", models.BooleanField()),
                ("supplied_on", models.DateField()),
                ("posted_on", models.DateField(null=True)),
                ("issued_on", models.DateField(null=True)),
                ("issued_at", models.DateTimeField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("net", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("tax", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("gross", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_net", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_tax", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_gross", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
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
                    "credits",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="invoicing.invoice",
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
                    "order",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        soft=True,
                        to="orders.order",
                    ),
                ),
                (
                    "period",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="periods.period",
                    ),
                ),
                (
                    "series",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        soft=True,
                        to="invoicing.numberseries",
                    ),
                ),
                (
                    "buyer",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        soft=True,
                        to="invoicing.partysnapshot",
                    ),
                ),
                (
                    "seller",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        soft=True,
                        to="invoicing.partysnapshot",
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice",
                "verbose_name_plural": "invoices",
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line_number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("item", "item"),
                            ("discount", "discount"),
                            ("deposit", "deposit deducted"),
                        ],
                        default="item",
                        max_length=10,
                    ),
                ),
                ("sku", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, max_length=300)),
                ("quantity", closing_site.fields.PriceField(decimal_places=6, max_digits=20)),
                ("unit", models.CharField(blank=True, max_length=50)),
                ("unit_price", closing_site.fields.PriceField(decimal_places=6, max_digits=20)),
                (
                    "unit_cost",
                    closing_site.fields.PriceField(
                        decimal_places=6,
                        help_text="the product's at the moment of issue",
                        max_digits=20,
                        null=True,
                    ),
                ),
                (
                    "discount_percent",
                    closing_site.fields.PercentField(decimal_places=4, max_digits=9),
                ),
                ("tax_category", models.CharField(max_length=20)),
                ("tax_rate", closing_site.fields.PercentField(decimal_places=4, max_digits=9)),
                ("net", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("tax", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_net", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_tax", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
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
                    "credited_line",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="invoicing.invoiceline",
                    ),
                ),
                (
                    "invoice",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        deferred=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="invoicing.invoice",
                    ),
                ),
                (
                    "order_line",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.orderline",
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
                    models.Index(fields=["order_line"], name="invoicing_invoiceline_ordered"),
                    models.Index(
                        condition=models.Q(("credited_line__isnull", False)),
                        fields=["credited_line"],
                        name="invoicing_invoiceline_credited",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "id"), name="invoicing_invoiceline_company_id"
                    ),
                    models.UniqueConstraint(
                        fields=("invoice", "line_number"), name="invoicing_invoiceline_number"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceProgress",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tax_invoice_number", models.CharField(blank=True, max_length=50)),
                ("times_sent", models.PositiveSmallIntegerField(default=0)),
                ("last_sent_at", models.DateTimeField(null=True)),
                ("dunning_stage", models.PositiveSmallIntegerField(default=0)),
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
                    "invoice",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="invoicing.invoice",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "invoice"), name="invoicing_invoiceprogress_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceTax",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.CharField(max_length=20)),
                ("rate", closing_site.fields.PercentField(decimal_places=4, max_digits=9)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("net", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("tax", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_net", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_tax", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
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
                    "invoice",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        deferred=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="taxes",
                        to="invoicing.invoice",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("invoice", "category", "rate"), name="invoicing_invoicetax_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="numberseries",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="invoicing_numberseries_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="numberseries",
            constraint=models.UniqueConstraint(
                fields=("company", "kind", "period"), name="invoicing_numberseries_period"
            ),
        ),
        migrations.AddConstraint(
            model_name="numberseries",
            constraint=models.UniqueConstraint(
                fields=("company", "code"), name="invoicing_numberseries_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="partysnapshot",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="invoicing_partysnapshot_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="partysnapshot",
            constraint=models.UniqueConstraint(
                fields=("company", "digest"), name="invoicing_partysnapshot_digest"
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["company", "period"], name="invoicing_invoice_period"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["company", "order"], name="invoicing_invoice_order"),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=models.Index(fields=["company", "customer"], name="invoicing_invoice_customer"),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="invoicing_invoice_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["invoice", "credit_note", "deposit"])),
                name="invoicing_invoice_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                fields=("company", "number"), name="invoicing_invoice_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                fields=("series", "sequence_number"), name="invoicing_invoice_sequence"
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("issued_at", None),
                        ("issued_on", None),
                        ("number", None),
                        ("period", None),
                        ("posted_on", None),
                        ("sequence_number", None),
                        ("series", None),
                        ("status", "draft"),
                    ),
                    models.Q(
                        ("buyer__isnull", False),
                        ("issued_at__isnull", False),
                        ("issued_on__isnull", False),
                        ("number__isnull", False),
                        ("period__isnull", False),
                        ("posted_on__isnull", False),
                        ("seller__isnull", False),
                        ("sequence_number__gt", 0),
                        ("sequence_number__isnull", False),
                        ("series__isnull", False),
                        ("status", "issued"),
                    ),
                    _connector="OR",
                ),
                name="invoicing_invoice_numbered_when_issued",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "gross",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net"), "+", models.F("tax")
                        ),
                    ),
                    (
                        "base_gross",
                        django.db.models.expressions.CombinedExpression(
                            models.F("base_net"), "+", models.F("base_tax")
                        ),
                    ),
                ),
                name="invoicing_invoice_gross_is_net_and_tax",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("credits__isnull", False), ("gross__lte", 0), ("kind", "credit_note")
                    ),
                    models.Q(
                        ("credits", None), ("gross__gte", 0), ("kind__in", ["invoice", "deposit"])
                    ),
                    _connector="OR",
                ),
                name="invoicing_invoice_sign",
            ),
        ),
        AddCompanyKeys("invoicing"),
    ]
