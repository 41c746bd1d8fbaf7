"""Few of all items are open. Of ``settled < amount`` alone the planner takes a third to be, and
reads them all; what is left it counts by these statistics."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("customers", "0003_lists")]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS customers_openitem_left ON (amount - settled)"
            " FROM customers_openitem",
            "DROP STATISTICS customers_openitem_left",
        )
    ]
