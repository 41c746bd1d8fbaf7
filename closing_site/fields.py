"""Model fields every app shares: money, prices, rates, and rows that belong to a company."""

from typing import Any

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class MoneyField(models.DecimalField[Any, Any]):
    """An amount in the currency named beside it: numeric(20,4), currencies have 0 to 4 digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 20)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)


class PriceField(models.DecimalField[Any, Any]):
    """A unit price, unit cost or quantity: six decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 20)
        kwargs.setdefault("decimal_places", 6)
        super().__init__(*args, **kwargs)


class PercentField(models.DecimalField[Any, Any]):
    """Percent: 13 means 13 %."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 9)
        kwargs.setdefault("decimal_places", 4)
        super().__init__(*args, **kwargs)


class ExchangeRateField(models.DecimalField[Any, Any]):
    """Base currency per unit of the foreign currency."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 20)
        kwargs.setdefault("decimal_places", 10)
        super().__init__(*args, **kwargs)


class CurrencyField(models.CharField[Any, Any]):
    """An ISO 4217 code, upper case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 3)
        super().__init__(*args, **kwargs)


class TransactionIdField(models.Field[Any, Any]):
    """The id of a transaction, as PostgreSQL's xid8; written by triggers only."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class CompanyForeignKey(models.ForeignKey[Any, Any]):
    """A key to a row of the same company.

    The database's constraint is the pair (company_id, this column), added by the migration
    operation ``AddCompanyKeys``: no row can point into another company's books. ``within`` names
    further columns that must be equal on both sides; ``deferred`` lets children be written before
    their parent in one transaction; ``soft`` leaves the constraint out, where a law asks the same
    of all rows of a statement at once: a guarded row's period is held by law 8, an allocation's
    items by law 5, a line's document by law 2 (``laws.Belongs``), its other keys by its parent. A
    foreign key asks for each row, which is most of the cost of writing a month.
    """

    db_index: bool

    def __init__(
        self,
        *args: Any,
        within: tuple[str, ...] = (),
        deferred: bool = False,
        soft: bool = False,
        **kwargs: Any,
    ) -> None:
        self.within = within
        self.deferred = deferred
        self.soft = soft
        kwargs["db_constraint"] = False
        kwargs.setdefault("db_index", False)
        kwargs.setdefault("on_delete", models.PROTECT)
        kwargs.setdefault("related_name", "+")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        kwargs["db_index"] = self.db_index
        if self.within:
            kwargs["within"] = self.within
        if self.deferred:
            kwargs["deferred"] = True
        if self.soft:
            kwargs["soft"] = True
        return name, path, args, kwargs


def company_identity() -> models.UniqueConstraint:
    """What a row needs so that others can point at it with a composite key."""
    return models.UniqueConstraint(
        fields=["company", "id"], name="%(app_label)s_%(class)s_company_id"
    )


def one_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """A column that holds one of its choices, kept by the database."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": choices.values}), name=name)


def rows_of_a_month(name: str) -> BrinIndex:
    """An index by block range: rows are written month by month, so those of one lie together, and
    finding them costs what the month has. It is next to nothing to keep."""
    return BrinIndex(fields=["period"], name=name, autosummarize=True)
