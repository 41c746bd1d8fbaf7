from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("wizard", "0001_initial"),
        ("companies", "0001_initial"),
        ("periods", "0001_initial"),
        ("desk", "0001_initial"),
        ("customers", "0001_initial"),
        ("orders", "0001_initial"),
        ("invoicing", "0001_initial"),
        ("payments", "0001_initial"),
        ("reconciliation", "0001_initial"),
        ("reports", "0001_initial"),
    ]

    operations = [
        # Hashes do not compress; trying to costs more than all the rest of a seal.
        migrations.RunSQL(
            "ALTER TABLE periods_sealedchunk ALTER COLUMN digests SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
    ]
