import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("companies", "0001_initial"),
        ("customers", "0001_initial"),
        ("desk", "0001_initial"),
        ("periods", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BankAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("currency", closing_site.fields.CurrencyField(max_length=3)),
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
            name="BankStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("opening", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("lines_total", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("closing", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                (
                    "account",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.bankaccount",
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
                    "imported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Deduction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("posted_on", models.DateField()),
                ("recorded_on", models.DateField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("cash_discount", "cash discount"),
                            ("allowance", "allowance"),
                            ("bank_fee", "bank fee"),
                            ("withholding_tax", "withheld tax"),
                            ("rounding", "rounding"),
                            ("bad_debt", "bad debt (write-off)"),
                            ("other", "other"),
                        ],
                        max_length=15,
                    ),
                ),
                ("amount", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_amount", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("customer_confirmed_on", models.DateField(null=True)),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "approval",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="desk.approval",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        soft=True,
                        to="customers.customer",
                    ),
                ),
                (
                    "item",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.openitem",
                        within=("customer_id",),
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
                    "reverses",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.deduction",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reference", models.CharField(max_length=80, verbose_name="reference")),
                ("received_on", models.DateField()),
                ("posted_on", models.DateField()),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("cash", "cash"),
                            ("cheque", "cheque"),
                            ("bank_transfer", "bank transfer"),
                            ("card", "card"),
                            ("wechat_pay", "WeChat Pay"),
                            ("alipay", "Alipay"),
                            ("acceptance_draft", "acceptance draft"),
                            ("voucher", "gift voucher"),
                            ("other", "other"),
                        ],
                        max_length=16,
                    ),
                ),
                ("currency", closing_site.fields.CurrencyField(max_length=3)),
                (
                    "exchange_rate",
                    closing_site.fields.ExchangeRateField(decimal_places=10, max_digits=20),
                ),
                ("amount", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_amount", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("fee", closing_site.fields.MoneyField(decimal_places=4, default=0, max_digits=20)),
                ("order_number", models.CharField(blank=True, max_length=80)),
                ("invoice_number", models.CharField(blank=True, max_length=80)),
                ("payer", models.CharField(blank=True, max_length=200)),
                ("memo", models.CharField(blank=True, max_length=500)),
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
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
            },
        ),
        migrations.CreateModel(
            name="BankStatementLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "identity",
                    models.CharField(help_text="the bank's own key of the line", max_length=100),
                ),
                ("booked_on", models.DateField()),
                ("amount", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("counterparty", models.CharField(blank=True, max_length=200)),
                ("memo", models.CharField(blank=True, max_length=500)),
                (
                    "account",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        soft=True,
                        to="payments.bankaccount",
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
                    "statement",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.bankstatement",
                    ),
                ),
                (
                    "payment",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.payment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("posted_on", models.DateField()),
                ("debit_amount", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("credit_amount", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_debit", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                ("base_credit", closing_site.fields.MoneyField(decimal_places=4, max_digits=20)),
                (
                    "rule",
                    models.CharField(
                        help_text="what placed it: a rule of the match-run", max_length=20
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
                    "credit_item",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.openitem",
                        within=("customer_id",),
                    ),
                ),
                (
                    "customer",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        soft=True,
                        to="customers.customer",
                    ),
                ),
                (
                    "debit_item",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.openitem",
                        within=("customer_id",),
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
                    "reverses",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.allocation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["debit_item"], name="payments_allocation_debit"),
                    models.Index(fields=["credit_item"], name="payments_allocation_credit"),
                    models.Index(fields=["company", "period"], name="payments_allocation_period"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "id"), name="payments_allocation_company_id"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reverses__isnull", False)),
                        fields=("company", "reverses"),
                        name="payments_allocation_reversed_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("credit_amount__gt", 0),
                                ("debit_amount__gt", 0),
                                ("reverses", None),
                            ),
                            models.Q(
                                ("credit_amount__lt", 0),
                                ("debit_amount__lt", 0),
                                ("reverses__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="payments_allocation_sign",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="payments_bankaccount_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankaccount",
            constraint=models.UniqueConstraint(
                fields=("company", "code"), name="payments_bankaccount_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="payments_bankstatement_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.UniqueConstraint(
                fields=("company", "account", "number"), name="payments_bankstatement_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "closing",
                        django.db.models.expressions.CombinedExpression(
                            models.F("opening"), "+", models.F("lines_total")
                        ),
                    )
                ),
                name="payments_bankstatement_adds_up",
            ),
        ),
        migrations.AddIndex(
            model_name="deduction",
            index=models.Index(fields=["item"], name="payments_deduction_item"),
        ),
        migrations.AddIndex(
            model_name="deduction",
            index=models.Index(fields=["company", "period"], name="payments_deduction_period"),
        ),
        migrations.AddConstraint(
            model_name="deduction",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="payments_deduction_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="deduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "cash_discount",
                            "allowance",
                            "bank_fee",
                            "withholding_tax",
                            "rounding",
                            "bad_debt",
                            "other",
                        ],
                    )
                ),
                name="payments_deduction_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="deduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("reverses", None)),
                    models.Q(("amount__lt", 0), ("reverses__isnull", False)),
                    _connector="OR",
                ),
                name="payments_deduction_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="deduction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", "bad_debt"), _negated=True),
                    ("approval__isnull", False),
                    _connector="OR",
                ),
                name="payments_deduction_write_off_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="deduction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses__isnull", False)),
                fields=("company", "reverses"),
                name="payments_deduction_reversed_once",
            ),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(fields=["company", "period"], name="payments_payment_period"),
        ),
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                fields=["company", "customer", "received_on"], name="payments_payment_customer"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="payments_payment_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                fields=("company", "reference"), name="payments_payment_reference"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "method__in",
                        [
                            "cash",
                            "cheque",
                            "bank_transfer",
                            "card",
                            "wechat_pay",
                            "alipay",
                            "acceptance_draft",
                            "voucher",
                            "other",
                        ],
                    )
                ),
                name="payments_payment_method",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount", 0), _negated=True), name="payments_payment_not_zero"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankstatementline",
            constraint=models.UniqueConstraint(
                fields=("company", "account", "identity"), name="payments_bankstatementline_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="bankstatementline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("payment__isnull", False)),
                fields=("company", "payment"),
                name="payments_bankstatementline_one_payment",
            ),
        ),
        AddCompanyKeys("payments"),
    ]
