"""The fiscal months of a company, what a lock leaves behind, and who signed for what."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from closing_site.fields import CompanyForeignKey, company_identity, one_of
from closing_site.rows import CompanyRow


class PeriodStatus(models.TextChoices):
    OPEN = "open", _("open")
    LOCKED = "locked", _("locked")


class Period(CompanyRow):
    """One fiscal month. ``locked`` is the only thing that stops a posting (law 8)."""

    code = models.CharField(_("month"), max_length=7)
    starts_on = models.DateField()
    ends_on = models.DateField()
    status = models.CharField(max_length=6, choices=PeriodStatus.choices, default=PeriodStatus.OPEN)

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering = ["company", "starts_on"]
        constraints = [
            company_identity(),
            one_of("status", PeriodStatus, "periods_period_status"),
            models.UniqueConstraint(fields=["company", "code"], name="periods_period_code"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="periods_period_has_days"
            ),
            ExclusionConstraint(
                name="periods_period_no_overlap",
                expressions=[
                    ("company", RangeOperators.EQUAL),
                    (
                        Func("starts_on", "ends_on", Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PeriodCutOff(CompanyRow):
    """From when reps can add nothing to a period; finance still can. Off the period's own row."""

    period = CompanyForeignKey(Period, related_name="cut_offs")
    cut_off_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "period"], name="periods_cutoff_once")
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.cut_off_at}"


class PeriodName(CompanyRow):
    """How something that occurs in a locked month was called when it was locked: a customer,
    product, sales rep, person or the company itself. ``key``: its row's id."""

    period = CompanyForeignKey(Period)
    kind = models.CharField(max_length=10)
    key = models.BigIntegerField()
    code = models.CharField(max_length=150)
    name = models.CharField(max_length=300, blank=True)
    name_zh = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=100, blank=True)
    rep = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "period", "kind", "key"], name="periods_periodname_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class SignOff(CompanyRow):
    """A person's word that a step is done, with the digest of the figures they saw."""

    period = CompanyForeignKey(Period, related_name="sign_offs")
    step = models.CharField(max_length=30)
    signed_by = models.ForeignKey("companies.User", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(auto_now_add=True)
    figures = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["company", "period", "step"], name="periods_signoff_step")]

    def __str__(self) -> str:
        return f"{self.period} {self.step}"


class Seal(CompanyRow):
    """What a lock leaves: totals and the hash of every document, chained to the seal before."""

    period = CompanyForeignKey(Period, related_name="seals")
    position = models.PositiveIntegerField(help_text=_("place in the company's chain, from 1"))
    previous = CompanyForeignKey("self", null=True, related_name="+")
    version = models.PositiveSmallIntegerField()
    totals = models.JSONField()
    documents = models.JSONField(help_text=_("kind → count and hash over its documents' hashes"))
    #: The people's names as they were, and the position of the audit chain.
    details = models.JSONField(default=dict, db_default={})
    digest = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    public_key = models.CharField(max_length=64)
    sealed_by = models.ForeignKey("companies.User", on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("companies.User", on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(default=timezone.now)
    #: Days of the month that were not over when it was locked; null where it had ended.
    early_days_left = models.PositiveSmallIntegerField(null=True)
    early_reason = models.TextField(blank=True, default="", db_default="")
    #: Whether the company let one person prepare and approve when it was locked.
    is_single_person = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(fields=["company", "position"], name="periods_seal_position"),
            models.CheckConstraint(
                condition=~Q(sealed_by=F("approved_by")) | Q(is_single_person=True),
                name="periods_seal_two_people",
            ),
            models.CheckConstraint(
                condition=Q(position=1, previous=None) | Q(position__gt=1, previous__isnull=False),
                name="periods_seal_chained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.digest}"


class SealedChunk(CompanyRow):
    """The hashes of up to a thousand documents when their month was locked: they name what changed.

    The three columns run side by side: ids, numbers and 32 bytes of SHA-256 for each.
    """

    seal = CompanyForeignKey(Seal, related_name="chunks")
    kind = models.CharField(max_length=20)
    position = models.PositiveIntegerField()
    document_ids = ArrayField(models.BigIntegerField())
    numbers = ArrayField(models.TextField())
    digests = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "seal", "kind", "position"], name="periods_sealedchunk_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"


class Reopening(CompanyRow):
    """The last locked period made open again; its seal stays. Append-only."""

    period = CompanyForeignKey(Period, related_name="reopenings")
    seal = CompanyForeignKey(Seal, related_name="+")
    reason = models.TextField()
    requested_by = models.ForeignKey("companies.User", on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey("companies.User", on_delete=models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(auto_now_add=True)
    is_single_person = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="periods_reopening_reason"),
            models.CheckConstraint(
                condition=~Q(requested_by=F("approved_by")) | Q(is_single_person=True),
                name="periods_reopening_two_people",
            ),
            models.UniqueConstraint(fields=["company", "seal"], name="periods_reopening_once"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.reason}"


class Preparation(CompanyRow):
    """What a person did that makes them a preparer of a month. Written by triggers only.

    ``document_id``: where the act was on one document of the kind that ``act`` names; else it was
    on several, or on none. ``user_id`` is null where no member acted: a command, a schedule.
    """

    period = CompanyForeignKey(Period, related_name="preparations")
    user = models.ForeignKey(
        "companies.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor = models.CharField(max_length=150)
    origin = models.CharField(max_length=80, blank=True)
    act = models.CharField(max_length=30)
    document_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["company", "period", "user", "act", "document_id"],
                name="periods_preparation_acts",
            )
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.actor} {self.act}"


class PreparationReview(CompanyRow):
    """Another preparer's word that they looked at what a person prepared. Append-only.

    It covers that person's acts up to ``last_id``.
    """

    period = CompanyForeignKey(Period, related_name="preparation_reviews")
    user = models.ForeignKey("companies.User", on_delete=models.PROTECT, related_name="+")
    reviewed_by = models.ForeignKey("companies.User", on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(default=timezone.now)
    last_id = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(user=F("reviewed_by")), name="periods_preparationreview_two_people"
            )
        ]
        indexes = [
            models.Index(fields=["company", "period", "user"], name="periods_preparationreview_of")
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.user} {self.reviewed_by}"
