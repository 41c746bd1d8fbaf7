"""What was handed out after a lock."""

from django.db import models

from closing_site.fields import CompanyForeignKey
from closing_site.periods.models import Period, Seal
from closing_site.rows import CompanyRow


class ClosePack(CompanyRow):
    """The pack rendered after a lock, by its hash. Append-only: a reopened month keeps its own.

    ``language`` is empty for packs of before there were several: they are in the language that was
    the company's.
    """

    period = CompanyForeignKey(Period)
    seal = CompanyForeignKey(Seal)
    language = models.CharField(max_length=10, db_default="")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    rendered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "seal", "language"], name="reports_closepack_once"
            )
        ]

    def __str__(self) -> str:
        return self.sha256
