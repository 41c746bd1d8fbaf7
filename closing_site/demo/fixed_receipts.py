"""Money of the demo company that does not follow from its sales. Data."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from closing_site.demo.receipt import Receipt


def _on(month: int, day: int, customer: str, amount: str, currency: str, **more: Any) -> Receipt:
    method = more.pop("method", "bank_transfer")
    receipt = Receipt(customer, date(2026, month, day), Decimal(amount), currency, method)
    return replace(receipt, **more)


#: One of them, a customer's in Shenyang, is not paid to this day.
FOR_OPENING_ITEMS = (
    _on(5, 8, "C110", "684000", "JPY", invoice_number="XS-20260405"),
    _on(5, 12, "C101", "5240.00", "EUR", invoice_number="XS-20260410"),
    _on(5, 14, "C001", "18640.00", "CNY", invoice_number="XS-20260318"),
    _on(5, 20, "C002", "42815.50", "CNY", invoice_number="XS-20260331"),
    _on(5, 26, "C106", "8815.40", "USD", invoice_number="XS-20260421"),
    _on(6, 2, "C004", "63270.00", "CNY", invoice_number="XS-20260329", method="acceptance_draft"),
    _on(6, 18, "C009", "15988.80", "CNY", invoice_number="XS-20260415"),
)
ADVANCES = (
    _on(6, 17, "C012", "30000.00", "CNY", memo="预付第三季度货款"),
    _on(8, 11, "C104", "5000.00", "EUR", memo="Advance for the autumn collection"),
    _on(10, 16, "C027", "20000.00", "CNY", memo="预付双十一备货款"),
)
#: It names an invoice of C110; and part of what C009 paid in June goes back, so that it is owed.
NAMED_WRONGLY = (_on(10, 22, "C012", "1260.00", "CNY", invoice_number="XS-20260405"),)
REFUNDED = (_on(10, 23, "C009", "-988.80", "CNY", invoice_number="XS-20260415"),)
#: No one knows yet whose money it is.
UNNAMED = (
    _on(8, 20, "", "2680.00", "CNY", payer="张伟", memo="货款", method="alipay"),
    _on(10, 21, "", "6888.00", "CNY", payer="浙江云岫贸易有限公司", memo="10 月货款"),
)
