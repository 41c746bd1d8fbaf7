"""What the close asks of orders."""

from django.utils.translation import gettext_noop as _

from closing_site.companies.models import ZeroCategory
from closing_site.desk.models import Severity
from closing_site.desk.registry import Check
from orders.check_queries import (
    CLOSED_CHARGES,
    DELIVERED_AFTER_CLOSING,
    DELIVERED_BEYOND,
    DUPLICATE,
    KIND_ASSUMED,
    LINE_REMOVED,
    NEGATIVE_PART,
    NEGATIVE_TOTAL,
    NEW_TAX_RATE,
    NO_EXCHANGE_RATE,
    NOT_ACCEPTED,
    NOT_CONFIRMED,
    NOT_IN_SOURCE,
    NUMBER_GAP,
    REFUSED_BY_DATABASE,
    SERVICE_WITH_LAST_PART,
    STATED_TOTAL,
    TAX_RATE_CHANGED,
    TWO_TAX_RATES,
    UNKNOWN_CUSTOMER,
    UNKNOWN_PRODUCT,
    WITHOUT_LINES,
    WITHOUT_PRICE,
    WITHOUT_QUANTITY,
    WITHOUT_RATE,
    ZERO_PRICE,
    ZERO_WITHOUT_REASON,
)

STEP = "confirm"

#: A line in a list of lines.
LINE_NET = _("line %(line)s: %(net)s net")

CHECKS = [
    Check(
        "order-without-lines",
        STEP,
        Severity.BLOCK,
        _("Order without lines"),
        _("The order has no lines."),
        _("Enter what was delivered, or cancel the order."),
        WITHOUT_LINES,
    ),
    Check(
        "order-line-without-quantity",
        STEP,
        Severity.BLOCK,
        _("Order line without quantity"),
        _("Lines without a quantity: %(lines)s."),
        _("Enter the quantity that was delivered."),
        WITHOUT_QUANTITY,
    ),
    Check(
        "order-line-without-price",
        STEP,
        Severity.BLOCK,
        _("Order line without price"),
        _("Lines without a unit price: %(lines)s."),
        _("Enter the price agreed with the customer."),
        WITHOUT_PRICE,
    ),
    Check(
        "order-line-without-tax-rate",
        STEP,
        Severity.BLOCK,
        _("Order line without tax rate"),
        _("Lines without a tax rate: %(lines)s."),
        _("Enter the rate on the line, on its product, or as the company's default."),
        WITHOUT_RATE,
    ),
    Check(
        "unknown-customer",
        STEP,
        Severity.BLOCK,
        _("Unknown customer"),
        _("There is no customer %(customer)s."),
        _("Enter the customer, or correct the code on the order."),
        UNKNOWN_CUSTOMER,
    ),
    Check(
        "unknown-product",
        STEP,
        Severity.BLOCK,
        _("Unknown product"),
        _("There is no product %(skus)s."),
        _("Enter the product, or correct the item number on the line."),
        UNKNOWN_PRODUCT,
    ),
    Check(
        "no-exchange-rate",
        STEP,
        Severity.BLOCK,
        _("No exchange rate"),
        _("There is no exchange rate of %(currency)s on or before %(day)s."),
        _("Enter the rate of that day."),
        NO_EXCHANGE_RATE,
    ),
    Check(
        "delivered-beyond-order",
        STEP,
        Severity.BLOCK,
        _("More delivered than ordered"),
        _("More was delivered than ordered: %(lines)s."),
        _("Change the ordered quantity with the customer's word, or correct the delivery."),
        DELIVERED_BEYOND,
        numbers=("delivered", "ordered"),
        items=(("lines", _("line %(line)s: %(delivered)s delivered, %(ordered)s ordered")),),
    ),
    Check(
        "delivered-not-in-source",
        STEP,
        Severity.BLOCK,
        _("Delivered, but no longer in the source"),
        _("The last import has the order without lines that are delivered: %(lines)s."),
        _(
            "Find out which is right. To keep these lines, import the order with them, or open"
            " Change and save it; if they were never delivered, take the delivery back first."
        ),
        NOT_IN_SOURCE,
        amounts=("gross",),
        numbers=("delivered",),
        items=(("lines", _("line %(line)s (%(sku)s): %(delivered)s delivered, %(gross)s")),),
    ),
    Check(
        "delivered-after-closing",
        STEP,
        Severity.BLOCK,
        _("Delivered after the order was closed"),
        _("The order was closed short on %(closed)s, and more was delivered: %(lines)s."),
        _("Ask finance to reopen the lines, or correct the delivery."),
        DELIVERED_AFTER_CLOSING,
        numbers=("delivered", "kept"),
        items=(("lines", _("line %(line)s: %(delivered)s delivered, %(kept)s left when closed")),),
    ),
    Check(
        "closed-charges",
        STEP,
        Severity.WARN,
        _("Charges omitted by closing"),
        _("A file closed the order: its charges are not invoiced: %(lines)s."),
        _("Reopen the order and close it again on its page if a charge is still to be invoiced."),
        CLOSED_CHARGES,
        amounts=("net",),
        items=(("lines", LINE_NET),),
    ),
    Check(
        "negative-total",
        STEP,
        Severity.BLOCK,
        _("Negative total"),
        _("Discounts of %(discounts)s exceed sales of %(sold)s: the total is %(gross)s."),
        _("Correct the discount, or enter what was given back as a return."),
        NEGATIVE_TOTAL,
        amounts=("gross", "sold", "discounts"),
    ),
    Check(
        "negative-part",
        STEP,
        Severity.BLOCK,
        _("Partial delivery below zero"),
        _("What was delivered would be invoiced with %(gross)s: an invoice is never negative."),
        _("Correct the discount, or defer the delivery until more of the order is delivered."),
        NEGATIVE_PART,
        amounts=("gross",),
    ),
    Check(
        "stated-total",
        STEP,
        Severity.WARN,
        _("Stated total differs"),
        _("The order states %(stated)s, its lines make %(computed)s."),
        _("Find out which is agreed, and correct the lines or the stated total."),
        STATED_TOTAL,
        amounts=("stated", "computed"),
    ),
    Check(
        "duplicate-order",
        STEP,
        Severity.WARN,
        _("Duplicate order"),
        _(
            "The customer ordered the same for %(gross)s in order %(other)s on %(other_day)s, and"
            " again on %(day)s."
        ),
        _("Ask the customer; cancel the one that was entered twice."),
        DUPLICATE,
        amounts=("gross",),
    ),
    Check(
        "line-removed-by-import",
        STEP,
        Severity.WARN,
        _("Line removed by import"),
        _("The last import has the order without %(lines)s. The order is now %(gross)s."),
        _("Check in the source that the lines were cancelled, and accept it with that reason."),
        LINE_REMOVED,
        amounts=("gross",),
        items=(("lines", _("line %(line)s (%(sku)s, %(gross)s)")),),
    ),
    Check(
        "tax-rate-changed",
        STEP,
        Severity.WARN,
        _("Tax rate changed after delivery"),
        _("The rate of the day of delivery applies: %(lines)s."),
        _(
            "If the rate changed after the delivery, accept it. If the product had a wrong rate"
            " before, enter the right one on the line."
        ),
        TAX_RATE_CHANGED,
        amounts=("tax", "tax_now"),
        numbers=("rate", "rate_now"),
        items=(
            (
                "lines",
                _(
                    "line %(line)s (%(sku)s): %(rate)s %% at delivery, tax %(tax)s; %(rate_now)s %%"
                    " now, tax %(tax_now)s"
                ),
            ),
        ),
    ),
    Check(
        "two-tax-rates",
        STEP,
        Severity.BLOCK,
        _("Partial deliveries at two tax rates"),
        _("The tax rate changed between partial deliveries, and a line has one rate: %(lines)s."),
        _(
            "Take the later delivery back, close the order short, and enter the rest as a new"
            " order: its line takes the new rate. If one rate holds for all of it, enter that rate"
            " on the line before the order is confirmed. Or defer the order."
        ),
        TWO_TAX_RATES,
        numbers=("rate", "rate_now"),
        items=(
            (
                "lines",
                _("line %(line)s (%(sku)s): %(rate)s %% so far, %(rate_now)s %% on %(day)s"),
            ),
        ),
    ),
    Check(
        "zero-price",
        STEP,
        Severity.WARN,
        _("Nothing to pay for a line"),
        _("Lines that cost nothing after the discount: %(lines)s."),
        _("Correct the price or the discount, or say why the goods are given away."),
        ZERO_PRICE,
    ),
    Check(
        "new_tax_rate",
        STEP,
        Severity.WARN,
        _("New tax rate"),
        _("A file brought the tax rate of %(rate)s %%, which the company did not have."),
        _("Correct the orders, or confirm the rate: enter its reason among the tax rates."),
        NEW_TAX_RATE,
    ),
    Check(
        "order-number-gap",
        STEP,
        Severity.WARN,
        _("Gap in order numbers"),
        _("%(count)s numbers are missing before it: %(from)s to %(to)s."),
        _("Look for orders that were not entered; say why the numbers were not used."),
        NUMBER_GAP,
    ),
    Check(
        "not-accepted",
        STEP,
        Severity.NOTE,
        _("Not accepted yet"),
        _("Delivered on %(day)s; the customer's acceptance is not recorded."),
        _("Ask the customer for the signed delivery note."),
        NOT_ACCEPTED,
    ),
    Check(
        "zero-rate-without-reason",
        STEP,
        Severity.NOTE,
        _("Zero rate without a reason"),
        _("Lines at 0 percent were taken as %(category)s, the company's default for zero."),
        _("Enter the reason (the clause of the law) on the tax rate."),
        ZERO_WITHOUT_REASON,
        words=(("category", ZeroCategory),),
    ),
    Check(
        "kind-assumed",
        STEP,
        Severity.NOTE,
        _("Product kind assumed"),
        _(
            "Lines without a delivery, whose product has no kind, count as services and are"
            " invoiced with the delivery that completes the goods: %(lines)s."
        ),
        _("Enter the kind of the product: goods, service or charge."),
        KIND_ASSUMED,
        amounts=("net",),
        items=(("lines", LINE_NET),),
    ),
    Check(
        "service-with-last-part",
        STEP,
        Severity.NOTE,
        _("Service without its own delivery"),
        _(
            "Services without a delivery of their own are invoiced with the delivery that"
            " completes the goods: %(lines)s."
        ),
        _("Record the delivery of the service if it was provided on another day."),
        SERVICE_WITH_LAST_PART,
        amounts=("net",),
        items=(("lines", LINE_NET),),
    ),
    Check(
        "confirmation-refused",
        STEP,
        Severity.BLOCK,
        _("Confirmation refused by the database"),
        _("The order could not be confirmed: %(reason)s. The others were."),
        _("Correct the order and confirm it again, or defer it."),
        REFUSED_BY_DATABASE,
    ),
    Check(
        "delivered-not-confirmed",
        STEP,
        Severity.BLOCK,
        _("Delivered and not confirmed"),
        _("Recognised on %(day)s; it passes every check and is not confirmed yet."),
        _("Run the confirmation, or defer it with a reason."),
        NOT_CONFIRMED,
        is_last=True,
        is_ready=True,
    ),
]

#: What the confirm-run itself reports.
OF_THE_RUN = "confirmation-refused"
#: Asked before confirming; the last one only after.
BEFORE_CONFIRMING = [check for check in CHECKS if not check.is_last and check.slug != OF_THE_RUN]
#: Those that need to look at no other order.
OF_ONE_ORDER = [
    check
    for check in BEFORE_CONFIRMING
    if check.slug not in ("duplicate-order", "order-number-gap")
]
AFTER_CONFIRMING = [check for check in CHECKS if check.is_last or check.slug == OF_THE_RUN]
