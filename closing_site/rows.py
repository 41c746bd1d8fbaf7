"""The base of every row that belongs to a company."""

from django.db import models


class CompanyRow(models.Model):
    """A row of one set of books. Its company is held by composite keys, see CompanyForeignKey."""

    company = models.ForeignKey(
        "companies.Company",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        abstract = True
