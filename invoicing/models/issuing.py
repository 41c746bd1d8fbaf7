"""What an invoice takes from when it is issued: its number, and the parties as they are."""

from django.db import models

from closing_site.companies.language import reads_chinese
from closing_site.fields import (
    CompanyForeignKey,
    company_identity,
)
from closing_site.periods.models import Period
from closing_site.rows import CompanyRow


class NumberSeries(CompanyRow):
    """The counter of one document kind in one period; its row lock orders the issuers (law 1)."""

    kind = models.CharField(max_length=20)
    period = CompanyForeignKey(Period)
    code = models.CharField(max_length=60)
    last_number = models.PositiveIntegerField(default=0)
    last_issued_on = models.DateField(null=True)

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "kind", "period"], name="invoicing_numberseries_period"
            ),
            models.UniqueConstraint(fields=["company", "code"], name="invoicing_numberseries_code"),
        ]

    def __str__(self) -> str:
        return self.code


class PartySnapshot(CompanyRow):
    """A party as an issued document names it, shared by all documents that name it so."""

    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    name_zh = models.CharField(max_length=200, blank=True, db_default="")
    tax_id = models.CharField(max_length=50, blank=True)
    address = models.CharField(max_length=600, blank=True)
    country = models.CharField(max_length=50, blank=True)
    bank = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            company_identity(),
            models.UniqueConstraint(
                fields=["company", "digest"], name="invoicing_partysnapshot_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name_here(self) -> str:
        """In the reader's language, where the party had a name in it."""
        return self.name_zh if self.name_zh and reads_chinese() else self.name
