from django.db import migrations, models

BACKFILL = """
    UPDATE orders_order AS o SET delivered_on = n.delivered_on
    FROM (
        SELECT t.order_id, coalesce(whole.delivered_on, parts.delivered_on) AS delivered_on
        FROM (SELECT id AS order_id FROM orders_order) AS t
        LEFT JOIN orders_delivery AS whole ON whole.order_id = t.order_id AND whole.is_whole
        LEFT JOIN (
            SELECT order_id, CASE WHEN count(*) = count(delivered_on) THEN max(delivered_on) END
                AS delivered_on
            FROM (
                SELECT order_id, order_line_id, min(delivered_on) FILTER (WHERE is_all) AS delivered_on
                FROM (
                    SELECT d.order_id, n.order_line_id, d.delivered_on, coalesce(l.quantity, 0)
                        <= sum(n.quantity) OVER (PARTITION BY n.order_line_id ORDER BY d.delivered_on)
                        AS is_all
                    FROM (SELECT id AS order_id FROM orders_order) AS t
                    JOIN orders_delivery AS d ON d.order_id = t.order_id AND NOT d.is_whole
                    JOIN orders_deliveryline AS n
                        ON n.company_id = d.company_id AND n.delivery_id = d.id
                    JOIN orders_orderline AS l ON l.id = n.order_line_id
                ) AS part GROUP BY order_id, order_line_id
            ) AS line GROUP BY order_id
        ) AS parts ON parts.order_id = t.order_id
    ) AS n
    WHERE o.id = n.order_id AND n.delivered_on IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0001_initial"),
        ("customers", "0002_keys_held_by_laws"),
        ("orders", "0002_keys_held_by_laws"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="delivered_on",
            field=models.DateField(help_text="nothing is outstanding since then", null=True),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["company", "delivered_on"], name="orders_order_delivered"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("cancelled_on__isnull", False)),
                fields=["company", "cancelled_on"],
                name="orders_order_cancelled",
            ),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
    ]
