"""The columns of the lists of orders, deliveries and products."""

from typing import Any, Final

from django.db.models import ExpressionWrapper, F, Func, IntegerField, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from closing_site.customers.tables import rep_of
from closing_site.fields import MoneyField
from closing_site.pages.columns import (
    Column,
    DateColumn,
    DocumentColumn,
    FlagColumn,
    MoneyColumn,
    NumberColumn,
    PercentColumn,
    StatusColumn,
)
from closing_site.pages.documents import document_html
from closing_site.pages.formats import day_text
from closing_site.pages.table import Table
from closing_site.pages.totals import Costly

#: As CONTRACT's ``v_orders`` names them, and what is delivered in part.
ORDER_STATES: Final = {
    "open": _("outstanding"),
    "part_delivered": _("part delivered"),
    "delivered": _("delivered"),
    "held_back": _("deferred"),
    "confirmed": _("confirmed"),
    "invoiced": _("invoiced"),
    "closed": _("closed short"),
    "cancelled": _("cancelled"),
}
DELIVERY_STATES: Final = {
    "waiting": _("waits for confirmation"),
    "held_back": _("deferred"),
    "confirmed": _("confirmed"),
    "cancelled": _("cancelled"),
}


def customer_of(order: Any) -> str:
    """The name; of a customer whom nobody knows the code that was given."""
    return str(order.customer.name if order.customer else order.customer_code)


def delivery_state(delivery: Any) -> str:
    if delivery.period:
        return "confirmed"
    if delivery.order.cancelled_on:
        return "cancelled"
    return "held_back" if delivery.is_held_back else "waiting"


def in_base(amount: str) -> Func:
    """An order's amount in the company's currency at the rate of the order's day, null without a
    rate. What is invoiced has the rate of its own day."""
    base = F("company__currency")
    rate = Func(
        F("company_id"),
        F("currency"),
        base,
        F("order_date"),
        function="exchange_rate_on",
        output_field=MoneyField(),
    )
    digits = Func(base, function="currency_digits", output_field=IntegerField())
    product = ExpressionWrapper(F(amount) * rate, output_field=MoneyField())
    return Func(product, digits, function="round", output_field=MoneyField())


class OrderTable(Table):
    name = "orders"
    default_sort = "-order_date"
    number = DocumentColumn(_("Number"), kind="order")
    customer = Column(_("Customer"), customer_of)
    order_date = DateColumn(_("Ordered on"), sort=True)
    delivered_on = DateColumn(_("Delivered on"))
    required_on = DateColumn(_("Required on"), hidden=True)
    net = MoneyColumn(_("Net"), hidden=True, total="net", base_total=in_base("net"))
    tax = MoneyColumn(_("Tax"), hidden=True, total="tax", base_total=in_base("tax"))
    gross = MoneyColumn(_("Gross"), sort=True, total="gross", base_total=in_base("gross"))
    currency = Column(_("Currency"))
    sales_rep = Column(_("Sales rep"), rep_of, phone=False)
    state = StatusColumn(_("State"), labels=ORDER_STATES)
    customer_code = Column(_("Customer code"), hidden=True)
    customer_reference = Column(_("Customer's reference"), hidden=True)
    satisfaction = NumberColumn(_("Satisfaction"), hidden=True)
    note = Column(_("Note"), hidden=True)


class DeliveryColumn(DateColumn):
    """The day, which leads to the delivery: it has no number of its own."""

    look = "is-document"

    def html(self, row: Any) -> SafeString:
        return document_html("delivery", str(row.pk), day_text(self.read(row)))


#: A delivery's amount is worked out, so it is converted afterwards: at the rate of its day.
RATE_OF_DELIVERY: Final = Func(
    F("company_id"),
    F("order__currency"),
    F("company__currency"),
    F("delivered_on"),
    function="exchange_rate_on",
    output_field=MoneyField(),
)


class DeliveryTable(Table):
    """A whole order's delivery has its amount, a part takes a look at the order's lines."""

    name = "deliveries"
    default_sort = "-delivered_on"
    costly = Costly(Q(is_whole=False), most=300)
    delivered_on = DeliveryColumn(_("Delivered on"), sort=True)
    order = DocumentColumn(_("Order"), "order.number", kind="order")
    customer = Column(_("Customer"), lambda delivery: customer_of(delivery.order))
    accepted_on = DateColumn(_("Accepted on"))
    is_whole = FlagColumn(_("Whole order"))
    state = StatusColumn(_("State"), delivery_state, labels=DELIVERY_STATES)
    period = Column(_("Confirmed in"), "period.code")
    posted_on = DateColumn(_("Posted on"), hidden=True)
    gross = MoneyColumn(
        _("Gross"), currency="order.currency", total="gross", base_rate=RATE_OF_DELIVERY
    )
    currency = Column(_("Currency"), "order.currency")


class ProductTable(Table):
    name = "products"
    default_sort = "sku"
    sku = DocumentColumn(_("Item number"), kind="product", sort=True)
    product_name = Column(_("Name"), "name", sort="name")
    category = Column(_("Category"))
    unit = Column(_("Unit"), phone=False)
    unit_price = NumberColumn(_("Unit price"))
    tax_rate = PercentColumn(_("Tax rate"))


class CostedProductTable(ProductTable):
    """For those who may know what it costs."""

    name = "costed_products"
    default_sort = "sku"
    unit_cost = NumberColumn(_("Unit cost"))
