"""What the close asks of invoices."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from closing_site.desk.leaving_out import left_out
from closing_site.desk.models import Severity
from closing_site.desk.registry import Check
from orders.due_sql import CLOSED_WITH_CHARGES, counted_deliveries, due_lines

STEP = "invoice"


class Field(TextChoices):
    """What an invoice line takes from its order."""

    CUSTOMER = "customer", gettext_lazy("customer")
    CURRENCY = "currency", gettext_lazy("currency")
    SKU = "sku", gettext_lazy("item number")
    DESCRIPTION = "description", gettext_lazy("description")
    UNIT_PRICE = "unit_price", gettext_lazy("unit price")
    DISCOUNT = "discount_percent", gettext_lazy("discount")
    TAX_RATE = "tax_rate", gettext_lazy("tax rate")
    QUANTITY = "quantity", gettext_lazy("quantity")
    NET = "net", gettext_lazy("net")
    TAX = "tax", gettext_lazy("tax")


_CONFIRMED = counted_deliveries("o", "d.period_id IS NOT NULL AND d.posted_on <= %(ends_on)s")
_IN_PARTS = f"""
    SELECT o.id AS key, o.id AS order_id, {_CONFIRMED} AS counted FROM (
        SELECT DISTINCT order_id FROM orders_delivery
        WHERE company_id = %(company)s AND period_id = %(period)s AND NOT is_whole
        UNION SELECT o.id FROM orders_order AS o WHERE {CLOSED_WITH_CHARGES}
    ) AS d JOIN orders_order AS o ON o.id = d.order_id
"""
#: Confirmed this month, with something of it on no invoice. A line of which one invoice line bills
#: all is done with; only of the others are the parts added up.
NOT_INVOICED = f"""
    SELECT 'order' AS document_kind, o.id AS document_id, o.number AS document_number,
        sum(l.net + l.tax - billed.amount) AS amount, o.currency,
        jsonb_build_object('lines', jsonb_agg(jsonb_build_object('line', l.line_number,
            'confirmed', trim_scale(l.quantity)::text,
            'invoiced', trim_scale(billed.quantity)::text) ORDER BY l.line_number)) AS parameters
    FROM (
        SELECT d.order_id, l.id, l.line_number, l.quantity, l.net, l.tax FROM (
            SELECT order_id FROM orders_delivery
            WHERE company_id = %(company)s AND period_id = %(period)s AND is_whole
        ) AS d
        CROSS JOIN LATERAL (
            SELECT * FROM orders_orderline AS l
            WHERE l.company_id = %(company)s AND l.order_id = d.order_id
                AND NOT EXISTS (
                    SELECT FROM invoicing_invoiceline AS whole WHERE whole.order_line_id = l.id
                        AND whole.quantity = l.quantity AND whole.credited_line_id IS NULL
                        AND whole.period_id IS NOT NULL OFFSET 0)
            OFFSET 0
        ) AS l
        UNION ALL
        SELECT due.order_id, due.order_line_id, due.line_number, due.quantity, due.net, due.tax
        FROM ({due_lines(_IN_PARTS)}) AS due
    ) AS l
    JOIN orders_order AS o ON o.id = l.order_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity), 0) AS quantity, coalesce(sum(net + tax), 0) AS amount
        FROM invoicing_invoiceline AS il
        WHERE il.order_line_id = l.id AND credited_line_id IS NULL AND period_id IS NOT NULL
    ) AS billed
    WHERE billed.quantity < l.quantity
    GROUP BY o.id
"""
#: Wherever a line of the month's invoices is not, field by field and to the cent, its order's line.
#: OFFSET 0: what a line points at is looked up by an index, however long the history.
_SUSPECTS = """
    SELECT i.id, i.number, i.gross, i.currency, l.line_number, ol.id AS order_line_id,
        ol.quantity - ol.closed_quantity AS quantity, ol.net, ol.tax,
        i.customer_id IS DISTINCT FROM o.customer_id OR i.currency <> o.currency
            OR l.sku <> ol.sku
            OR l.description <> coalesce(nullif(ol.description, ''), l.description)
            OR l.unit_price IS DISTINCT FROM ol.unit_price
            OR l.discount_percent <> ol.discount_percent
            OR l.tax_rate IS DISTINCT FROM ol.tax_rate AS differs
    FROM invoicing_invoice AS i
    CROSS JOIN LATERAL (
        SELECT * FROM invoicing_invoiceline WHERE invoice_id = i.id OFFSET 0) AS l
    CROSS JOIN LATERAL (SELECT * FROM orders_orderline WHERE id = l.order_line_id OFFSET 0) AS ol
    CROSS JOIN LATERAL (
        SELECT customer_id, currency FROM orders_order WHERE id = ol.order_id OFFSET 0) AS o
    WHERE i.company_id = %(company)s AND i.period_id = %(period)s AND i.kind = 'invoice'
        AND ROW(i.customer_id, i.currency, l.sku, l.description, l.unit_price,
                l.discount_percent, l.tax_rate, l.quantity, l.net, l.tax)
            IS DISTINCT FROM ROW(o.customer_id, o.currency, ol.sku,
                coalesce(nullif(ol.description, ''), l.description), ol.unit_price,
                ol.discount_percent, ol.tax_rate, ol.quantity - ol.closed_quantity, ol.net, ol.tax)
    OFFSET 0
"""
#: Of such a line: each field with what the invoice says and what the order says.
_FIELDS = """
    SELECT field.name, field.invoiced, field.ordered
    FROM invoicing_invoice AS i
    JOIN invoicing_invoiceline AS l ON l.invoice_id = i.id AND l.order_line_id = x.order_line_id
        AND l.line_number = x.line_number
    JOIN orders_orderline AS ol ON ol.id = l.order_line_id
    JOIN orders_order AS o ON o.id = ol.order_id
    CROSS JOIN LATERAL (VALUES
        ('customer', (SELECT code FROM customers_customer WHERE id = i.customer_id),
            (SELECT code FROM customers_customer WHERE id = o.customer_id)),
        ('currency', i.currency, o.currency),
        ('sku', l.sku, ol.sku),
        ('description', l.description, coalesce(nullif(ol.description, ''), l.description)),
        ('unit_price', trim_scale(l.unit_price)::text, trim_scale(ol.unit_price)::text),
        ('discount_percent', trim_scale(l.discount_percent)::text,
            trim_scale(ol.discount_percent)::text),
        ('tax_rate', trim_scale(l.tax_rate)::text, trim_scale(ol.tax_rate)::text),
        ('quantity', trim_scale(billed.quantity)::text,
            trim_scale(least(x.quantity, billed.quantity))::text),
        ('net', trim_scale(billed.net)::text, trim_scale(
            CASE WHEN billed.quantity = x.quantity THEN x.net ELSE billed.net END)::text),
        ('tax', trim_scale(billed.tax)::text, trim_scale(
            CASE WHEN billed.quantity = x.quantity THEN x.tax ELSE billed.tax END)::text)
    ) AS field (name, invoiced, ordered)
    WHERE i.id = x.id AND field.invoiced IS DISTINCT FROM field.ordered
"""
#: An invoice of the month that is not what its order says: customer, description, price, rate; or,
#: where the order is billed to the end, another total. A line that bills all of its order's, as it
#: stands there, is beyond doubt: law 3 lets nothing else bill it.
DIFFERS = f"""
    SELECT 'invoice' AS document_kind, x.id AS document_id, x.number AS document_number,
        x.gross AS amount, x.currency, jsonb_build_object('lines', jsonb_agg(jsonb_build_object(
            'line', x.line_number, 'field', f.name, 'invoiced', f.invoiced, 'ordered', f.ordered)
            ORDER BY x.line_number)) AS parameters
    FROM ({_SUSPECTS}) AS x
    CROSS JOIN LATERAL (
        SELECT sum(quantity) AS quantity, sum(net) AS net, sum(tax) AS tax
        FROM invoicing_invoiceline AS il
        WHERE il.order_line_id = x.order_line_id AND il.credited_line_id IS NULL
    ) AS billed
    CROSS JOIN LATERAL ({_FIELDS}) AS f
    WHERE x.differs OR billed.quantity > x.quantity
        OR (billed.quantity = x.quantity AND (billed.net <> x.net OR billed.tax <> x.tax))
    GROUP BY x.id, x.number, x.gross, x.currency
"""
NUMBER_GAP = """
    SELECT 'series' AS document_kind, s.id AS document_id, s.code AS document_number,
        NULL::numeric AS amount, ''::text AS currency, jsonb_build_object(
            'last', s.last_number, 'count', coalesce(n.how_many, 0)) AS parameters
    FROM invoicing_numberseries AS s
    LEFT JOIN (
        SELECT series_id, count(*) AS how_many, max(sequence_number) AS high,
            min(sequence_number) AS low
        FROM invoicing_invoice WHERE company_id = %(company)s AND period_id = %(period)s
        GROUP BY series_id
    ) AS n ON n.series_id = s.id
    WHERE s.company_id = %(company)s AND s.period_id = %(period)s
        AND s.kind IN ('invoice', 'credit_note', 'deposit')
        AND (coalesce(n.how_many, 0) <> s.last_number OR n.high <> s.last_number OR n.low <> 1)
"""
#: Of each invoice, what it bills of deliveries recognised before the month. A line without
#: deliveries of its own went with the first one, which is late where any is.
PRIOR_PERIOD = """
    SELECT 'invoice' AS document_kind, i.id AS document_id, i.number AS document_number,
        late.net AS amount, i.currency, jsonb_build_object('day', late.day, 'posted', i.posted_on,
            'net', trim_scale(late.net)::text, 'currency', i.currency) AS parameters
    FROM (
        SELECT line.invoice_id, min(line.day) AS day, sum(line.net) AS net FROM (
            SELECT l.invoice_id, min(late.recognised_on) AS day, CASE
                WHEN sum(dl.quantity) < l.quantity THEN round(
                    l.net * sum(dl.quantity) / l.quantity, currency_digits(o.currency))
                ELSE l.net END AS net
            FROM orders_delivery AS d
            JOIN companies_company AS c ON c.id = d.company_id
            CROSS JOIN LATERAL (SELECT CASE WHEN c.requires_acceptance THEN d.accepted_on
                ELSE d.delivered_on END AS recognised_on) AS late
            JOIN orders_order AS o ON o.id = d.order_id
            JOIN orders_orderline AS ol ON ol.company_id = d.company_id AND ol.order_id = o.id
            JOIN invoicing_invoiceline AS l ON l.order_line_id = ol.id
                AND l.period_id = d.period_id AND l.credited_line_id IS NULL
            LEFT JOIN orders_deliveryline AS dl ON dl.company_id = d.company_id
                AND dl.delivery_id = d.id AND dl.order_line_id = ol.id
            WHERE d.company_id = %(company)s AND d.period_id = %(period)s
                AND late.recognised_on < %(starts_on)s
                AND (d.is_whole OR dl.id IS NOT NULL OR NOT EXISTS (
                    SELECT FROM orders_deliveryline AS other WHERE other.order_line_id = ol.id))
            GROUP BY l.id, o.currency
        ) AS line GROUP BY line.invoice_id
    ) AS late
    JOIN invoicing_invoice AS i ON i.id = late.invoice_id AND i.kind = 'invoice'
"""

#: What the last invoice-run left out, while it is confirmed.
INVOICE_REFUSED = f"""
    SELECT x.document_kind, x.document_id, x.document_number, o.gross AS amount, o.currency,
        x.parameters
    FROM ({left_out("invoice")}) AS x JOIN orders_order AS o ON o.id = x.document_id
    WHERE EXISTS (SELECT FROM orders_delivery AS d WHERE d.company_id = o.company_id
        AND d.order_id = o.id AND d.period_id = %(period)s)
"""

CHECKS = [
    Check(
        "confirmed-not-invoiced",
        STEP,
        Severity.BLOCK,
        _("Confirmed and not invoiced"),
        _("Confirmed this month and not wholly invoiced: %(lines)s."),
        _("Run the invoice-run again."),
        NOT_INVOICED,
        is_ready=True,
        numbers=("confirmed", "invoiced"),
        items=(("lines", _("line %(line)s: %(confirmed)s confirmed, %(invoiced)s invoiced")),),
    ),
    Check(
        "invoice-refused",
        STEP,
        Severity.BLOCK,
        _("Invoice refused by the database"),
        _("The order could not be invoiced: %(reason)s. The others were."),
        _("Undo the confirmation, then correct the order or defer it."),
        INVOICE_REFUSED,
    ),
    Check(
        "invoice-differs-from-order",
        STEP,
        Severity.BLOCK,
        _("Invoice differs from order"),
        _("The invoice differs from the order: %(lines)s."),
        _("Find out which is right; correct the invoice with a credit note."),
        DIFFERS,
        words=(("field", Field),),
        items=(("lines", _("line %(line)s, %(field)s: invoice %(invoiced)s, order %(ordered)s")),),
    ),
    Check(
        "invoice-number-gap",
        STEP,
        Severity.BLOCK,
        _("Gap in invoice numbers"),
        _("The series has given %(last)s numbers, and %(count)s documents bear one."),
        _("Documents were taken out from outside: verify the integrity of the books."),
        NUMBER_GAP,
    ),
    Check(
        "prior-period-supply",
        STEP,
        Severity.WARN,
        _("Supply of an earlier month"),
        _(
            "Supplied on %(day)s, in a month already locked; %(net)s %(currency)s net are posted"
            " on %(posted)s."
        ),
        _("Find out why it was found late; acknowledge it with the reason."),
        PRIOR_PERIOD,
        amounts=("net",),
    ),
]
