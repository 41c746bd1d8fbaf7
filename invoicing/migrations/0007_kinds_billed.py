from django.db import migrations

# What went with an order's first part, before products had kinds, was billed as a charge is.
KINDS = """
    UPDATE orders_orderline AS l SET supply_kind = 'charge'
    WHERE l.kind = 'item' AND l.supply_kind = ''
        AND EXISTS (SELECT FROM orders_delivery AS d WHERE d.company_id = l.company_id
            AND d.order_id = l.order_id AND NOT d.is_whole)
        AND NOT EXISTS (SELECT FROM orders_deliveryline AS n WHERE n.order_line_id = l.id)
        AND EXISTS (SELECT FROM invoicing_invoiceline AS i WHERE i.order_line_id = l.id
            AND i.credited_line_id IS NULL)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("invoicing", "0006_documents_held_by_laws"),
        ("orders", "0007_product_kinds_and_closing"),
    ]

    operations = [migrations.RunSQL(KINDS, migrations.RunSQL.noop)]
