"""What was handed out after a lock."""

from django.db import models

from closing_site.fields import CompanyForeignKey
from closing_site.periods.models import Period, Seal
from closing_site.rows import CompanyRow


class ClosePack(CompanyRow):
    """The pack rendered after a lock, by its hash. Append-only: a reopened month keeps its own."""

    period = CompanyForeignKey(Period)
    seal = CompanyForeignKey(Seal)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    rendered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "seal"], name="reports_closepack_once")
        ]

    def __str__(self) -> str:
        return self.sha256
