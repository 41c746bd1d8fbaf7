from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("wizard", "0002_laws"),
        ("customers", "0002_keys_held_by_laws"),
        ("orders", "0003_order_delivered_on"),
        ("invoicing", "0002_keys_held_by_laws"),
        ("payments", "0002_keys_held_by_laws"),
        ("reconciliation", "0002_keys_held_by_laws"),
    ]

    operations = []
