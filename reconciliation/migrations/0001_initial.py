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
        ("invoicing", "0001_initial"),
        ("periods", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, verbose_name="code")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("receivable", "receivables"),
                            ("advance", "advances from customers"),
                            ("suspense", "unidentified receipts"),
                            ("revenue", "revenue"),
                            ("tax", "output tax"),
                            ("cash", "cash"),
                            ("bank", "bank"),
                            ("wallet", "cards and wallets"),
                            ("notes", "notes receivable"),
                            ("fees", "fees"),
                            ("exchange", "exchange differences"),
                            ("deduction", "deductions"),
                            ("bad_debt", "bad debts"),
                            ("opening", "opening balances"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("name_zh", models.CharField(max_length=100, verbose_name="name in Chinese")),
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
            name="CustomerBalance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", closing_site.fields.CurrencyField(max_length=3)),
                ("opening", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("invoiced", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("credited", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("allocated", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("deducted", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("written_off", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("closing", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                (
                    "advances_opening",
                    closing_site.fields.MoneyField(decimal_places=4, max_digits=20),
                ),
                ("received", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("refunded", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("placed", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                (
                    "advances_closing",
                    closing_site.fields.MoneyField(decimal_places=4, max_digits=20),
                ),
                ("notes_opening", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("notes_received", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("notes_closing", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_opening", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_invoiced", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_credited", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_allocated", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_deducted", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                (
                    "base_written_off",
                    closing_site.fields.MoneyField(decimal_places=4, max_digits=20),
                ),
                ("base_exchange", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_closing", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                (
                    "base_advances_opening",
                    closing_site.fields.MoneyField(decimal_places=4, max_digits=20),
                ),
                ("base_received", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_refunded", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_placed", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                (
                    "base_advances_closing",
                    closing_site.fields.MoneyField(decimal_places=4, max_digits=20),
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
        ),
        migrations.CreateModel(
            name="Voucher",
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
                            ("transfer", "transfer voucher"),
                            ("receipt", "receipt voucher"),
                            ("payment", "payment voucher"),
                        ],
                        max_length=8,
                    ),
                ),
                ("sequence_number", models.PositiveIntegerField()),
                ("number", models.CharField(max_length=80)),
                ("posted_on", models.DateField()),
                ("document_kind", models.CharField(max_length=30)),
                ("document_id", models.BigIntegerField()),
                ("document_number", models.CharField(max_length=80)),
                ("total", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
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
                (
                    "series",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        soft=True,
                        to="invoicing.numberseries",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VoucherLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line_number", models.PositiveIntegerField()),
                ("currency", closing_site.fields.CurrencyField(max_length=3)),
                ("amount", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("debit", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("credit", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("source_kind", models.CharField(blank=True, max_length=12)),
                ("source_id", models.BigIntegerField(null=True)),
                (
                    "account",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reconciliation.account",
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
                    "customer",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        soft=True,
                        to="customers.customer",
                    ),
                ),
                (
                    "period",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        soft=True,
                        to="periods.period",
                    ),
                ),
                (
                    "voucher",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        deferred=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="reconciliation.voucher",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="reconciliation_account_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("company", "code"), name="reconciliation_account_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("company", "role"), name="reconciliation_account_role"
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "receivable",
                            "advance",
                            "suspense",
                            "revenue",
                            "tax",
                            "cash",
                            "bank",
                            "wallet",
                            "notes",
                            "fees",
                            "exchange",
                            "deduction",
                            "bad_debt",
                            "opening",
                        ],
                    )
                ),
                name="reconciliation_account_known_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="customerbalance",
            constraint=models.UniqueConstraint(
                fields=("company", "period", "customer", "currency"),
                name="reconciliation_customerbalance_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="customerbalance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "closing",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("opening"), "+", models.F("invoiced")
                                        ),
                                        "-",
                                        models.F("credited"),
                                    ),
                                    "-",
                                    models.F("allocated"),
                                ),
                                "-",
                                models.F("deducted"),
                            ),
                            "-",
                            models.F("written_off"),
                        ),
                    ),
                    (
                        "base_closing",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("base_opening"),
                                                "+",
                                                models.F("base_invoiced"),
                                            ),
                                            "-",
                                            models.F("base_credited"),
                                        ),
                                        "-",
                                        models.F("base_allocated"),
                                    ),
                                    "-",
                                    models.F("base_deducted"),
                                ),
                                "-",
                                models.F("base_written_off"),
                            ),
                            "+",
                            models.F("base_exchange"),
                        ),
                    ),
                ),
                name="reconciliation_customerbalance_receivable",
            ),
        ),
        migrations.AddConstraint(
            model_name="customerbalance",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "advances_closing",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("advances_opening"), "+", models.F("received")
                                ),
                                "-",
                                models.F("refunded"),
                            ),
                            "-",
                            models.F("placed"),
                        ),
                    ),
                    (
                        "base_advances_closing",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    models.F("base_advances_opening"),
                                    "+",
                                    models.F("base_received"),
                                ),
                                "-",
                                models.F("base_refunded"),
                            ),
                            "-",
                            models.F("base_placed"),
                        ),
                    ),
                    (
                        "notes_closing",
                        django.db.models.expressions.CombinedExpression(
                            models.F("notes_opening"), "+", models.F("notes_received")
                        ),
                    ),
                ),
                name="reconciliation_customerbalance_advances",
            ),
        ),
        migrations.AddIndex(
            model_name="voucher",
            index=models.Index(
                fields=["company", "period", "document_kind", "document_id"],
                name="reconciliation_voucher_doc",
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="reconciliation_voucher_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["transfer", "receipt", "payment"])),
                name="reconciliation_voucher_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="voucher",
            constraint=models.UniqueConstraint(
                fields=("series", "sequence_number"), name="reconciliation_voucher_sequence"
            ),
        ),
        migrations.AddIndex(
            model_name="voucherline",
            index=models.Index(
                condition=models.Q(("source_id__isnull", False)),
                fields=["company", "source_kind", "source_id"],
                name="reconciliation_line_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="voucherline",
            constraint=models.UniqueConstraint(
                fields=("voucher", "line_number"), name="reconciliation_voucherline_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="voucherline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credit__gte", 0),
                    ("debit__gte", 0),
                    models.Q(("debit", 0), ("credit", 0), _connector="OR"),
                ),
                name="reconciliation_voucherline_one_side",
            ),
        ),
        AddCompanyKeys("reconciliation"),
    ]
