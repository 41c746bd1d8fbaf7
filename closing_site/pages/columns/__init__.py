"""The columns of a list: each knows how to read a row, to show a cell and to export it.

``value`` is a path as in templates (``"customer.name"``), or a function of the row; left out, it is
the column's own name. ``sort`` is the name of a field as in ``order_by``: a field, a path with
``__``, or an annotation; ``True`` stands for the column's own name; None is not sortable.
"""

from closing_site.pages.columns.column import Column
from closing_site.pages.columns.marks import DocumentColumn, FlagColumn, StatusColumn
from closing_site.pages.columns.numbers import (
    DateColumn,
    MoneyColumn,
    NumberColumn,
    PercentColumn,
)

__all__ = [
    "Column",
    "DateColumn",
    "DocumentColumn",
    "FlagColumn",
    "MoneyColumn",
    "NumberColumn",
    "PercentColumn",
    "StatusColumn",
]
