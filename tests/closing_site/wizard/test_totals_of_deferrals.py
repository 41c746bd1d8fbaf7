"""What stands below the lists of deferred deliveries: by currency, and in the company's own."""

from decimal import Decimal

from closing_site.wizard.unbilled import UnbilledSum, unbilled_totals
from orders.deferrals_shown import DeferredTotal, ShownDeferral, deferred_totals
from orders.models import Deferral, Order


def unbilled(kind: str, currency: str, ages: list[str], rate: str | None) -> UnbilledSum:
    by_age = [Decimal(age) for age in ages]
    net = sum(by_age, Decimal(0))
    accrued = None if kind == "recognition" else net
    known = None if rate is None else Decimal(rate)
    return UnbilledSum(kind, currency, 2, net, accrued, by_age, known)


def test_kinds_are_added_up_by_currency_and_currencies_in_the_company_s() -> None:
    """USD 10.05 at 7.1: 71.355 is 71.36, twice 142.72 as its ages add up."""
    sums = [
        unbilled("billing", "CNY", ["100", "0", "0", "0"], "1"),
        unbilled("billing", "USD", ["10.05", "0", "0", "0"], "7.1"),
        unbilled("recognition", "USD", ["0", "10.05", "0", "0"], "7.1"),
    ]
    yuan, dollars, base = unbilled_totals(sums, "CNY")
    assert (yuan.count, yuan.in_base) == (2, False)
    assert yuan.net == yuan.accrued == Decimal(100)
    assert (dollars.net, dollars.accrued) == (Decimal("20.10"), Decimal("10.05"))
    assert dollars.by_age == [Decimal("10.05"), Decimal("10.05"), 0, 0]
    assert (base.count, base.net, base.in_base) == (6, Decimal("242.72"), True)
    assert base.by_age == [Decimal("171.36"), Decimal("71.36"), 0, 0]
    assert base.net == sum(base.by_age)


def test_without_a_rate_there_is_no_total_in_base_currency() -> None:
    (dollars,) = unbilled_totals([unbilled("billing", "USD", ["1", "0", "0", "0"], None)], "CNY")
    assert (dollars.currency, dollars.net) == ("USD", Decimal(1))
    assert unbilled_totals([], "CNY") == []


def deferral(currency: str, net: str | None, base_net: str | None) -> ShownDeferral:
    known = [None if amount is None else Decimal(amount) for amount in (net, base_net)]
    return ShownDeferral(
        Deferral(order=Order(currency=currency)), known[0], 1, False, known[1], "CNY"
    )


def test_open_deferrals_are_added_up_as_far_as_their_amount_is_known() -> None:
    own, foreign, open_price = (
        deferral("CNY", "100", "100"),
        deferral("USD", "10", "71"),
        deferral("CNY", None, None),
    )
    assert deferred_totals([own, open_price]) == [DeferredTotal("CNY", 1, Decimal(100))]
    assert deferred_totals([own, foreign]) == [
        DeferredTotal("CNY", 1, Decimal(100)),
        DeferredTotal("USD", 1, Decimal(10)),
        DeferredTotal("CNY", 2, Decimal(171), in_base=True),
    ]
    without_rate = deferral("USD", "10", None)
    assert [total.currency for total in deferred_totals([own, without_rate])] == ["CNY", "USD"]
