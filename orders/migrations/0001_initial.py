import django.db.models.deletion
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
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=80, verbose_name="number")),
                ("sort_key", models.CharField(max_length=200)),
                ("number_prefix", models.CharField(max_length=80)),
                ("number_value", models.BigIntegerField(null=True)),
                ("customer_code", models.CharField(help_text="as given", max_length=80)),
                ("order_date", models.DateField(verbose_name="order date")),
                ("required_on", models.DateField(null=True)),
                ("cancelled_on", models.DateField(null=True)),
                ("cancel_reason", models.CharField(blank=True, max_length=300)),
                (
                    "currency",
                    closing_site.fields.CurrencyField(max_length=3, verbose_name="currency"),
                ),
                ("prices_include_tax", models.BooleanField(default=False)),
                ("satisfaction", models.PositiveSmallIntegerField(null=True)),
                (
                    "stated_total",
                    closing_site.fields.MoneyField(decimal_places=4, max_digits=20, null=True),
                ),
                ("customer_reference", models.CharField(blank=True, max_length=100)),
                ("note", models.TextField(blank=True)),
                ("net", closing_site.fields.MoneyField(decimal_places=4, max_digits=20, null=True)),
                ("tax", closing_site.fields.MoneyField(decimal_places=4, max_digits=20, null=True)),
                (
                    "gross",
                    closing_site.fields.MoneyField(decimal_places=4, max_digits=20, null=True),
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
                        to="customers.customer",
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
                "verbose_name": "order",
                "verbose_name_plural": "orders",
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("delivered_on", models.DateField()),
                ("accepted_on", models.DateField(null=True)),
                ("is_whole", models.BooleanField(default=False)),
                ("posted_on", models.DateField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
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
                        to="periods.period",
                    ),
                ),
                (
                    "order",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
            },
        ),
        migrations.CreateModel(
            name="OrderLine",
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
                (
                    "quantity",
                    closing_site.fields.PriceField(decimal_places=6, max_digits=20, null=True),
                ),
                ("unit", models.CharField(blank=True, max_length=50)),
                (
                    "unit_price",
                    closing_site.fields.PriceField(decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "discount_percent",
                    closing_site.fields.PercentField(decimal_places=4, default=0, max_digits=9),
                ),
                (
                    "given_tax_rate",
                    closing_site.fields.PercentField(
                        decimal_places=4, help_text="as given on the line", max_digits=9, null=True
                    ),
                ),
                (
                    "tax_rate",
                    closing_site.fields.PercentField(
                        decimal_places=4,
                        help_text="the line's, else the product's, else default",
                        max_digits=9,
                        null=True,
                    ),
                ),
                ("tax_category", models.CharField(blank=True, max_length=20)),
                ("net", closing_site.fields.MoneyField(decimal_places=4, max_digits=20, null=True)),
                ("tax", closing_site.fields.MoneyField(decimal_places=4, max_digits=20, null=True)),
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
                    "order",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="orders.order",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DeliveryLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quantity", closing_site.fields.PriceField(decimal_places=6, max_digits=20)),
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
                    "delivery",
                    closing_site.fields.CompanyForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="orders.delivery",
                    ),
                ),
                (
                    "order_line",
                    closing_site.fields.CompanyForeignKey(
                        db_index=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.orderline",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sku", models.CharField(max_length=80, verbose_name="item number")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("category", models.CharField(blank=True, max_length=100, verbose_name="category")),
                ("unit", models.CharField(blank=True, max_length=50, verbose_name="unit")),
                (
                    "unit_price",
                    closing_site.fields.PriceField(
                        decimal_places=6, max_digits=20, null=True, verbose_name="unit price"
                    ),
                ),
                (
                    "unit_cost",
                    closing_site.fields.PriceField(
                        decimal_places=6, max_digits=20, null=True, verbose_name="unit cost"
                    ),
                ),
                (
                    "tax_rate",
                    closing_site.fields.PercentField(
                        decimal_places=4, max_digits=9, null=True, verbose_name="tax rate"
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
                "verbose_name": "product",
                "verbose_name_plural": "products",
            },
        ),
        migrations.AddField(
            model_name="orderline",
            name="product",
            field=closing_site.fields.CompanyForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                soft=True,
                to="orders.product",
            ),
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("category", models.CharField(max_length=20, verbose_name="category")),
                (
                    "percent",
                    closing_site.fields.PercentField(
                        decimal_places=4, max_digits=9, verbose_name="percent"
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="reason")),
                ("valid_from", models.DateField(null=True)),
                ("valid_to", models.DateField(null=True)),
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
            name="HeldBack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("posted_on", models.DateField()),
                ("reason", models.TextField()),
                ("net", closing_site.fields.MoneyField(decimal_places=4, max_digits=20, null=True)),
                ("tax", closing_site.fields.MoneyField(decimal_places=4, max_digits=20, null=True)),
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
                    "delivery",
                    closing_site.fields.CompanyForeignKey(
                        db_index=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.delivery",
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "period", "delivery"), name="orders_heldback_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="orders_heldback_reason",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["company", "order_date"], name="orders_order_date"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["company", "number_prefix", "number_value"], name="orders_order_sequence"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("customer", None)),
                fields=["company", "customer_code"],
                name="orders_order_unknown_customer",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="orders_order_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                fields=("company", "number"), name="orders_order_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("satisfaction", None), ("satisfaction__range", (1, 5)), _connector="OR"
                ),
                name="orders_order_satisfaction",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_on", None),
                    models.Q(("cancel_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="orders_order_cancelled_with_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("period", None)),
                fields=["company", "delivered_on"],
                name="orders_delivery_unconfirmed",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("period__isnull", False)),
                fields=["company", "period"],
                name="orders_delivery_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="orders_delivery_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                fields=("company", "order", "delivered_on"), name="orders_delivery_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at", None), ("period", None), ("posted_on", None)),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("period__isnull", False),
                        ("posted_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="orders_delivery_confirmed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryline",
            constraint=models.UniqueConstraint(
                fields=("company", "delivery", "order_line"), name="orders_deliveryline_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="deliveryline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)), name="orders_deliveryline_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="orders_product_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.UniqueConstraint(
                fields=("company", "sku"), name="orders_product_sku"
            ),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("product", None)),
                fields=["company", "sku"],
                name="orders_orderline_unknown_sku",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(
                fields=("company", "id"), name="orders_orderline_company_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(
                fields=("company", "order", "line_number"), name="orders_orderline_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["item", "discount", "deposit"])),
                name="orders_orderline_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 0)), name="orders_orderline_quantity"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.UniqueConstraint(
                fields=("company", "category", "percent"), name="orders_taxrate_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="taxrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("category", "standard"), ("percent__gt", 0)),
                    models.Q(
                        (
                            "category__in",
                            ["exempt", "zero_rated", "reverse_charge", "out_of_scope"],
                        ),
                        ("percent", 0),
                    ),
                    _connector="OR",
                ),
                name="orders_taxrate_zero_says_why",
            ),
        ),
        AddCompanyKeys("orders"),
    ]
