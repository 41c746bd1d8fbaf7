"""Companies (sets of books), the people who work in them, exchange rates, and the audit."""

from datetime import timedelta
from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from closing_site.fields import (
    CompanyForeignKey,
    CurrencyField,
    ExchangeRateField,
    PercentField,
    TransactionIdField,
    company_identity,
    one_of,
)
from closing_site.rows import CompanyRow


class Theme(models.TextChoices):
    SYSTEM = "system", _("As the system")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractUser):
    """A person. What they may do is decided per company by Membership."""

    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("theme"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    #: Whether the password is the demo's, which everyone knows: with DEBUG=0 it opens nothing.
    has_demo_password = models.BooleanField(default=False, db_default=False, editable=False)

    #: Since when they sign in with a code of their phone as well; null: with the password alone.
    second_factor_since = models.DateTimeField(null=True, blank=True, editable=False)
    #: The company that they are about to join, while they choose a password.
    joining: "Company | None" = None

    class Meta(AbstractUser.Meta):
        constraints = [one_of("theme", Theme, "companies_user_theme")]

    def set_password(self, raw_password: str | None) -> None:
        super().set_password(raw_password)
        self.has_demo_password = False

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end when the second factor changes, as they do when the password does."""
        since = self.second_factor_since
        value = self.password + (since.isoformat() if since else "")
        salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    def columns_of(self, table: str) -> list[str] | None:
        """Which columns of a list they want to see; None where they never said."""
        return self.table_preferences.filter(table=table).values_list("columns", flat=True).first()


class UserSession(AbstractBaseSession):
    """A session; its person finds and ends it. Of who is not signed in ``user_id`` is null."""

    user_id = models.BigIntegerField(null=True, db_index=True)
    #: About a minute late: ``sessions.TOUCHED_EVERY``.
    seen_at = models.DateTimeField()

    class Meta(AbstractBaseSession.Meta):
        pass


class TablePreference(models.Model):
    """The columns that one person wants to see of one list."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="table_preferences")
    table = models.CharField(max_length=60)
    columns = ArrayField(models.CharField(max_length=60))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "table"], name="companies_tablepreference_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.table}"


class ZeroCategory(models.TextChoices):
    """Why a rate is zero."""

    EXEMPT = "exempt", _("exempt")
    ZERO_RATED = "zero_rated", _("zero-rated")
    REVERSE_CHARGE = "reverse_charge", _("reverse charge")
    OUT_OF_SCOPE = "out_of_scope", _("out of scope")


class Company(models.Model):
    """A set of books: currency, language, seller's data, and the policies of its close."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("name in Chinese"), max_length=200, blank=True)
    currency = CurrencyField(_("base currency"))
    country = models.CharField(_("country"), max_length=2)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=50, default="UTC")
    tax_id = models.CharField(_("tax number"), max_length=50, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    bank = models.CharField(_("bank"), max_length=200, blank=True)
    first_day = models.DateField(_("first day of its books"))
    requires_acceptance = models.BooleanField(default=False)
    default_tax_rate = PercentField(null=True, blank=True)
    zero_category = models.CharField(
        max_length=20, choices=ZeroCategory.choices, default=ZeroCategory.ZERO_RATED
    )
    severities = models.JSONField(
        default=dict, blank=True, help_text=_("check slug → block, warn or note")
    )
    #: Since when, and why, one person may prepare and approve; null: two people are needed.
    single_person_since = models.DateField(null=True, blank=True)
    single_person_reason = models.TextField(blank=True, default="", db_default="")
    #: Whether a month may be locked before it has ended.
    early_close = models.BooleanField(default=False, db_default=False)
    #: Uploads, their previews and bad rows are deleted after so many days.
    working_file_days = models.PositiveSmallIntegerField(default=90, db_default=90)
    #: Whether who approves signs in with a second factor.
    second_factor_for_approvers = models.BooleanField(default=False, db_default=False)
    holding_checks = ArrayField(
        models.CharField(max_length=40),
        null=True,
        blank=True,
        help_text=_("checks whose warnings hold an order until answered; null is the default"),
    )
    invoice_prefix = models.CharField(max_length=20, default="INV")
    credit_note_prefix = models.CharField(max_length=20, default="CN")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        constraints = [
            one_of("zero_category", ZeroCategory, "companies_company_zero_category"),
            models.CheckConstraint(
                condition=models.Q(single_person_since=None) | ~models.Q(single_person_reason=""),
                name="companies_company_single_person_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Role(models.TextChoices):
    SALES_REP = "sales_rep", _("Sales representative")
    FINANCE = "finance", _("Finance")
    CASHIER = "cashier", _("Cashier")
    MANAGER = "manager", _("Manager")
    AUDITOR = "auditor", _("Auditor")
    ADMIN = "admin", _("Administrator")


class Membership(CompanyRow):
    """A person's role in a company."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    #: Whether they can work here. Where else they work is no concern of this company.
    is_active = models.BooleanField(default=True, db_default=True)

    #: The grant under which someone from support reads; such a membership is in no table.
    support: "SupportAccess | None" = None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "user"], name="companies_membership_once"),
            one_of("role", Role, "companies_membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class Invitation(CompanyRow):
    """An invitation to work in a company, for whoever has its link: once, and until it expires.

    The link is ``key``, signed; who reads the database alone can make none.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="invitations")
    #: Whom it is for, in the words of who invites; no name of a user.
    person = models.CharField(max_length=80)
    role = models.CharField(max_length=10, choices=Role.choices)
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    #: How often a user name was chosen that is taken.
    taken_names = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            one_of("role", Role, "companies_invitation_role"),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(withdrawn_at=None),
                name="companies_invitation_one_end",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None, accepted_by=None)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="companies_invitation_accepted",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="companies_invitation_withdrawn",
            ),
        ]
        indexes = [models.Index(fields=["company", "id"], name="companies_invitation_list")]

    def __str__(self) -> str:
        return f"{self.person} {self.role}"


#: Support access is granted for no longer.
MOST_SUPPORT_HOURS = 72


class SupportAccess(CompanyRow):
    """Staff of the installation ask to read a company's books; its administrator grants it for a
    time, or refuses. Its laws let a row be answered once, and ended once; it never goes."""

    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    reason = models.TextField()
    #: For how long they wish it.
    hours = models.PositiveSmallIntegerField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    #: Until when it is granted; null: it was not.
    granted_until = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "asked_by"],
                condition=models.Q(decided_at=None),
                name="companies_supportaccess_open_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="companies_supportaccess_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(hours__gte=1, hours__lte=MOST_SUPPORT_HOURS),
                name="companies_supportaccess_hours",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_at=None, decided_by=None, granted_until=None)
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="companies_supportaccess_decided",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by=None) | ~models.Q(decided_by=models.F("asked_by")),
                name="companies_supportaccess_another",
            ),
            models.CheckConstraint(
                condition=models.Q(granted_until=None)
                | models.Q(
                    granted_until__gt=models.F("decided_at"),
                    granted_until__lte=models.F("decided_at")
                    + models.Value(timedelta(hours=MOST_SUPPORT_HOURS)),
                ),
                name="companies_supportaccess_for_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(
                    ended_at__isnull=False, ended_by__isnull=False, granted_until__isnull=False
                ),
                name="companies_supportaccess_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_by_id} {self.asked_at}"


class SupportVisit(CompanyRow):
    """Once for each session: someone from support came in. Append-only."""

    access = CompanyForeignKey(SupportAccess)
    #: Digest of the session's key.
    session = models.CharField(max_length=64)
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "access", "session"], name="companies_supportvisit_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.access_id} {self.entered_at}"


class ExchangeRate(CompanyRow):
    """Base currency per unit of ``currency``; the latest on or before a day holds for it."""

    currency = CurrencyField()
    valid_from = models.DateField()
    rate = ExchangeRateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "currency", "valid_from"], name="companies_exchangerate_day"
            ),
            models.CheckConstraint(
                condition=models.Q(rate__gt=0), name="companies_exchangerate_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.valid_from}"


class CodeChange(CompanyRow):
    """The dated successor of a code in use: of a customer or an account. Append-only."""

    kind = models.CharField(max_length=10)
    row_id = models.BigIntegerField()
    old_code = models.CharField(max_length=80)
    new_code = models.CharField(max_length=80)
    valid_from = models.DateField()
    reason = models.TextField()
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="companies_codechange_reason"
            ),
            models.CheckConstraint(
                condition=~models.Q(old_code=models.F("new_code")),
                name="companies_codechange_other",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "kind", "row_id"], name="companies_codechange_row")
        ]

    def __str__(self) -> str:
        return f"{self.old_code} → {self.new_code}"


class Deputy(CompanyRow):
    """An approver names another approver who stands in for them, from a day to a day. Append-only:
    of an approver's rows about a day the last holds; one without a deputy ends those before it."""

    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.TextField()
    named_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="companies_deputy_reason"),
            models.CheckConstraint(
                condition=models.Q(deputy=None, ends_on=None)
                | models.Q(deputy__isnull=False, ends_on__gte=models.F("starts_on")),
                name="companies_deputy_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(deputy=None) | ~models.Q(deputy=models.F("approver")),
                name="companies_deputy_another",
            ),
        ]
        indexes = [models.Index(fields=["company", "approver"], name="companies_deputy_of")]

    def __str__(self) -> str:
        return f"{self.approver_id} {self.starts_on}"


class AuditEntry(CompanyRow):
    """One change of state: who, when, before, after. Written by triggers only; append-only."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=60)
    document_kind = models.CharField(max_length=30)
    document_id = models.BigIntegerField()
    document_number = models.CharField(max_length=80)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    #: ``AuditBatch.number``; 0: written before there were batches.
    batch = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["company", "document_kind", "document_id"], name="companies_audit_document"
            )
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.actor} {self.action} {self.document_number}"


#: Kinds of audit entries that give a month's checks nothing to find: what people do about it.
ABOUT_THE_CLOSE = ("finding", "approval", "period", "cut_off", "membership")


class AuditBatch(CompanyRow):
    """The audit entries that one statement wrote, with the hash over them. Written by triggers.

    ``number``: one for each statement, also where it wrote entries of several companies.
    ``first_id`` and ``last_id``: of its entries; others may lie between them.
    """

    number = models.BigIntegerField()
    xact = TransactionIdField()
    actor = models.CharField(max_length=150)
    user_id = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=80, blank=True)
    document_kind = models.CharField(max_length=30)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    rows = models.BigIntegerField()
    digest = models.BinaryField()

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "number"], name="companies_auditbatch_number"
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "xact"],
                condition=~models.Q(document_kind__in=ABOUT_THE_CLOSE),
                name="companies_auditbatch_changes",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.actor}"


class AuditPending(CompanyRow):
    """A batch that is not in the chain yet."""

    batch = CompanyForeignKey(AuditBatch)

    def __str__(self) -> str:
        return str(self.batch_id)


class AuditLink(CompanyRow):
    """A batch's place in the company's chain: the hash over it and over all before it."""

    position = models.BigIntegerField()
    batch = CompanyForeignKey(AuditBatch)
    digest = models.BinaryField()
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "position"], name="companies_auditlink_position"
            ),
            models.UniqueConstraint(fields=["company", "batch"], name="companies_auditlink_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.batch_id}"
