import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import closing_site.fields
from closing_site.migration_operations.company_keys import AddCompanyKeys


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "first_name",
                    models.CharField(blank=True, max_length=150, verbose_name="first name"),
                ),
                (
                    "last_name",
                    models.CharField(blank=True, max_length=150, verbose_name="last name"),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=10, verbose_name="language")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "abstract": False,
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Company",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "name_zh",
                    models.CharField(blank=True, max_length=200, verbose_name="name in Chinese"),
                ),
                (
                    "currency",
                    closing_site.fields.CurrencyField(max_length=3, verbose_name="base currency"),
                ),
                ("country", models.CharField(max_length=2, verbose_name="country")),
                (
                    "language",
                    models.CharField(default="en", max_length=10, verbose_name="language"),
                ),
                (
                    "time_zone",
                    models.CharField(default="UTC", max_length=50, verbose_name="time zone"),
                ),
                ("tax_id", models.CharField(blank=True, max_length=50, verbose_name="tax number")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                ("bank", models.CharField(blank=True, max_length=200, verbose_name="bank")),
                ("first_day", models.DateField(verbose_name="first day of its books")),
                ("requires_acceptance", models.BooleanField(default=False)),
                (
                    "default_tax_rate",
                    closing_site.fields.PercentField(
                        blank=True, decimal_places=4, max_digits=9, null=True
                    ),
                ),
                (
                    "zero_category",
                    models.CharField(
                        choices=[
                            ("exempt", "exempt"),
                            ("zero_rated", "zero-rated"),
                            ("reverse_charge", "reverse charge"),
                            ("out_of_scope", "out of scope"),
                        ],
                        default="zero_rated",
                        max_length=20,
                    ),
                ),
                (
                    "severities",
                    models.JSONField(
                        blank=True, default=dict, help_text="check slug → block, warn or note"
                    ),
                ),
                ("invoice_prefix", models.CharField(default="INV", max_length=20)),
                ("credit_note_prefix", models.CharField(default="CN", max_length=20)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "company",
                "verbose_name_plural": "companies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "zero_category__in",
                                ["exempt", "zero_rated", "reverse_charge", "out_of_scope"],
                            )
                        ),
                        name="companies_company_zero_category",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=150)),
                ("action", models.CharField(max_length=60)),
                ("document_kind", models.CharField(max_length=30)),
                ("document_id", models.BigIntegerField()),
                ("document_number", models.CharField(max_length=80)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
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
                "indexes": [
                    models.Index(
                        fields=["company", "document_kind", "document_id"],
                        name="companies_audit_document",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", closing_site.fields.CurrencyField(max_length=3)),
                ("valid_from", models.DateField()),
                ("rate", closing_site.fields.ExchangeRateField(decimal_places=10, max_digits=20)),
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
                        fields=("company", "currency", "valid_from"),
                        name="companies_exchangerate_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate__gt", 0)), name="companies_exchangerate_positive"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
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
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="companies.company",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "user"), name="companies_membership_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["sales_rep", "finance", "manager", "auditor", "admin"])
                        ),
                        name="companies_membership_role",
                    ),
                ],
            },
        ),
        AddCompanyKeys("companies"),
    ]
