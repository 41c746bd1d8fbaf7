from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("invoicing", "0006_documents_held_by_laws"),
        ("reconciliation", "0004_lines_of_a_month"),
        ("wizard", "0004_laws"),
    ]

    operations = []
