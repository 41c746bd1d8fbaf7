"""What is not as it should be in the demo company's months. Data, and the sales it makes.

In the five closed months it was seen to: held back, mended a month later, or let stand. In the last
one everything is still to do, so that each check has something to show.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from closing_site.demo.master_data import (
    BRITON,
    DESIGN,
    FREIGHT,
    NEW_CURTAIN,
    NEW_LAMP,
    REBATE,
    SET_UP,
    Product,
    customers,
    products,
)
from closing_site.demo.ordinary import line_of, lines_for
from closing_site.demo.sale import Line, Part, Sale
from closing_site.periods.calendar import last_day_of

#: How long after the order these are handed over, and how long after that they are paid.
DELIVERED_AFTER, PAID_AFTER = timedelta(days=2), timedelta(days=4)


@dataclass(frozen=True)
class Planted:
    ordered_on: date
    customer: str
    fault: str = ""
    paid: str = ""
    note: str = ""


def _on(month: int, day: int, *what: str, **more: str) -> Planted:
    return Planted(date(2026, month, day), *what, **more)


PLANTED = (
    _on(5, 13, "C010", paid="over"),
    _on(5, 19, "C011", "stated_total"),
    _on(5, 26, "C017", "no_price", note="新品首单，价格待审批"),
    _on(6, 9, "C022", "twin"),
    _on(6, 16, "C007", "cancelled", note="客户改期，订单取消"),
    _on(6, 24, "C027", "late_note"),
    _on(7, 8, "C014", "gap"),
    _on(7, 21, "C023", "unknown_product", note="新品落地灯首批样品"),
    _on(8, 6, "C015", paid="twice"),
    _on(8, 18, "C029", "cancelled", note="重复下单，客户来电取消"),
    _on(8, 25, "C102", "stated_total"),
    _on(9, 8, "C003", paid="over"),
    _on(9, 15, "C013", "no_quantity", note="按实际到货数量结算"),
    _on(9, 25, "C012", "late_note", note="送货单月底寄出"),
    _on(10, 9, "C011", "stated_total", note="客户下单时按旧价目表合计"),
    _on(10, 12, "C010", paid="over"),
    _on(10, 12, "C007", "twin"),
    _on(10, 13, "C005", paid="twice"),
    _on(10, 14, "C021", "gap"),
    _on(10, 15, "C022", "no_lines", note="明细随后补录"),
    _on(10, 16, "C017", "no_price", note="新品报价待确认"),
    _on(10, 19, "C028", "no_quantity", note="按实际到货数量结算"),
    _on(10, 20, "C016", "unknown_customer", note="新客户，待建档"),
    _on(10, 20, "C026", "unknown_product", note="新品窗帘，存货档案未建"),
    _on(10, 21, BRITON, note="First order from the UK"),
    _on(10, 22, "C014", "beyond", note="送货单数量多于订单"),
    _on(10, 22, "C009", "closed_short", note="客户放弃未发数量"),
    _on(10, 22, "C013", "negative_part", note="折让先行"),
    _on(10, 22, "C023", "no_kind", note="含安装服务"),
    _on(10, 23, "C024", "negative", note="上季退货折让并入本单"),
    _on(10, 23, "C029", "half_price", note="清仓价，经理口头同意"),
    _on(10, 26, "C025", "not_accepted"),
    _on(10, 27, "C020", "line_removed", note="客户电话取消第二行"),
    _on(10, 27, "C018", "not_in_source", note="第二行已送货"),
    _on(10, 28, "C019", "old_rate", note="新品税率待核对"),
    _on(10, 27, "C030", "new_rate", note="按简易办法计税，待税务确认"),
    _on(10, 27, "C013", "given_away", note="赠品一并列入"),
)


def planted_sales(chance: Random, month: int) -> Iterator[Sale]:
    for planted in PLANTED:
        if planted.ordered_on.month == month:
            yield from _sales_of(chance, planted)


def _sales_of(chance: Random, planted: Planted) -> Iterator[Sale]:
    customer = customers()[planted.customer]
    delivered_on = planted.ordered_on + DELIVERED_AFTER
    sale = Sale(
        customer=customer,
        ordered_on=planted.ordered_on,
        lines=tuple(lines_for(chance, customer, planted.ordered_on.month)),
        delivered_on=delivered_on,
        accepted_on=None if planted.fault in ("not_accepted", "late_note") else delivered_on,
        fault=planted.fault,
        paid=planted.paid,
        note=planted.note,
    )
    if planted.fault == "twin":
        yield replace(sale, fault="", paid="")
        yield _later(sale, timedelta(days=3))
    else:
        yield FAULTY.get(planted.fault, _as_it_is)(sale)


def _as_it_is(sale: Sale) -> Sale:
    return sale


def _later(sale: Sale, days: timedelta) -> Sale:
    delivered_on = sale.delivered_on + days
    ordered_on = sale.ordered_on + days
    return replace(sale, ordered_on=ordered_on, delivered_on=delivered_on, accepted_on=delivered_on)


def _of_late_note(sale: Sale) -> Sale:
    """Handed over just before the month's end; the note came when the month was locked."""
    return replace(sale, delivered_on=last_day_of(sale.ordered_on) - timedelta(days=2))


def _of_new_item(sale: Sale) -> Sale:
    """The lamp comes into the books a month later; the curtain waits for someone to enter it."""
    is_open = sale.ordered_on.month == 10
    sku, price = (NEW_CURTAIN, Decimal(268)) if is_open else (NEW_LAMP, Decimal(529))
    name = "棉麻窗帘（两片） Cotton-linen curtains" if is_open else "黄铜落地灯 Brass floor lamp"
    item = Product(sku, name, "套" if is_open else "盏", price, Decimal(13))
    return replace(sale, lines=(line_of(sale.customer, item, Decimal(12)),))


def _of_too_much(sale: Sale) -> Sale:
    line = sale.lines[0]
    return replace(sale, lines=(line,), parts=(Part(1, sale.delivered_on, line.quantity + 2),))


def _of_rebate(sale: Sale) -> Sale:
    """More is given back than is bought."""
    bought = replace(sale.lines[0], quantity=Decimal(2), discount=0)
    rebate = Line(products()[REBATE], Decimal(1), -3 * bought.price, 0, bought.tax_rate)
    return replace(sale, lines=(bought, rebate))


def _of_closed_short(sale: Sale) -> Sale:
    """4 of 10 are delivered; then the customer gives up the rest, and the freight with it."""
    bought = replace(sale.lines[0], quantity=Decimal(10), discount=0)
    freight = line_of(sale.customer, products()[FREIGHT], Decimal(1))
    parts = (Part(1, sale.delivered_on, Decimal(4)),)
    return replace(sale, lines=(bought, freight), parts=parts)


def _of_negative_part(sale: Sale) -> Sale:
    """A rebate goes with the goods of its tax rate, which come first and are worth less."""
    first = line_of(sale.customer, products()["KT-101"], Decimal(2))
    second = line_of(sale.customer, products()["FD-503"], Decimal(20))
    rebate = Line(products()[REBATE], Decimal(1), -3 * first.price, 0, first.tax_rate)
    parts = (Part(1, sale.delivered_on, Decimal(2)),)
    return replace(sale, lines=(first, second, rebate), parts=parts)


def _of_no_kind(sale: Sale) -> Sale:
    """Goods, and services that no delivery names: one of them without a kind."""
    lines = (
        line_of(sale.customer, products()["KT-101"], Decimal(5)),
        line_of(sale.customer, products()[DESIGN], Decimal(2)),
        line_of(sale.customer, products()[SET_UP], Decimal(1)),
    )
    return replace(sale, lines=lines, parts=(Part(1, sale.delivered_on, Decimal(5)),))


def _of_half_price(sale: Sale) -> Sale:
    return replace(sale, lines=tuple(replace(line, discount=55) for line in sale.lines))


def _of_two_lines(sale: Sale) -> Sale:
    """The second is missing when the source is exported again."""
    return replace(sale, lines=(sale.lines[0], replace(sale.lines[0], quantity=Decimal(1))))


def _of_two_parts(sale: Sale) -> Sale:
    """As before, and both lines are delivered by themselves."""
    sale = _of_two_lines(sale)
    parts = [Part(n, sale.delivered_on, line.quantity) for n, line in enumerate(sale.lines, 1)]
    return replace(sale, parts=tuple(parts))


def _of_old_rate(sale: Sale) -> Sale:
    """Without a rate of its own; that of the lamp changes once it is delivered."""
    item = Product(NEW_LAMP, "黄铜落地灯 Brass floor lamp", "盏", Decimal(529), Decimal(13))
    return replace(sale, lines=(line_of(sale.customer, item, Decimal(4)),))


def _of_new_rate(sale: Sale) -> Sale:
    return replace(sale, lines=tuple(replace(line, tax_rate=Decimal(3)) for line in sale.lines))


def _of_gift(sale: Sale) -> Sale:
    """One piece of what is bought comes without charge."""
    gift = replace(sale.lines[0], quantity=Decimal(1), discount=100)
    return replace(sale, lines=(*sale.lines, gift))


FAULTY = {
    "line_removed": _of_two_lines,
    "not_in_source": _of_two_parts,
    "old_rate": _of_old_rate,
    "new_rate": _of_new_rate,
    "given_away": _of_gift,
    "late_note": _of_late_note,
    "unknown_product": _of_new_item,
    "beyond": _of_too_much,
    "negative": _of_rebate,
    "half_price": _of_half_price,
    "closed_short": _of_closed_short,
    "negative_part": _of_negative_part,
    "no_kind": _of_no_kind,
}
