"""All that happens to the demo company, from May to October 2026. Pure.

The months are fixed, so that the demo is the same whenever it is made.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

from closing_site.demo.ordinary import ordinary_sales
from closing_site.demo.planted import planted_sales
from closing_site.demo.receipt import Receipt
from closing_site.demo.receipts import receipts
from closing_site.demo.sale import Numbers, Sale
from closing_site.periods.calendar import months

SEED = 20260501
FIRST_DAY, LAST_DAY = date(2026, 5, 1), date(2026, 10, 31)


@dataclass(frozen=True)
class Story:
    sales: list[Sale]
    receipts: list[Receipt]


def story() -> Story:
    chance = Random(SEED)
    numbers = Numbers()
    for first, _last in months(FIRST_DAY, LAST_DAY):
        sales = [*ordinary_sales(chance, first), *planted_sales(chance, first.month)]
        numbers.give(sorted(sales, key=lambda sale: sale.ordered_on))
    return Story(numbers.taken, receipts(chance, numbers.taken, LAST_DAY))
