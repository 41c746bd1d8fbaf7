from django.db import migrations, models

from orders.recording.delivered import DELIVERED_ON

BACKFILL = f"""
    UPDATE orders_order AS o SET delivered_on = n.delivered_on
    FROM ({DELIVERED_ON.format(orders="(SELECT id AS order_id FROM orders_order)")}) AS n
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
