"""The company's standard procedure, and when its books were checked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from closing_site.companies.models import Role
from closing_site.fields import one_of
from closing_site.rows import CompanyRow


class Verification(CompanyRow):
    """A check of all of a company's books with ``verify_integrity``: when, and what it found."""

    verified_at = models.DateTimeField()
    findings = models.PositiveIntegerField()
    has_checkpoint = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["company", "id"], name="wizard_verification_latest")]

    def __str__(self) -> str:
        return str(self.verified_at)


class ProcedureStep(CompanyRow):
    """One step's written instruction; every month runs the same list."""

    step = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    instruction = models.TextField(_("instruction"))
    instruction_zh = models.TextField(_("instruction in Chinese"))
    owner_role = models.CharField(max_length=10, choices=Role.choices)
    due_day = models.PositiveSmallIntegerField(_("due, days after the month's end"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "step"], name="wizard_procedurestep_once"),
            one_of("owner_role", Role, "wizard_procedurestep_role"),
            models.CheckConstraint(condition=~Q(instruction=""), name="wizard_procedurestep_text"),
        ]

    def __str__(self) -> str:
        return self.step
