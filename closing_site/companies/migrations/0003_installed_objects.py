from django.db import migrations

#: Which functions, triggers, views and grants the repeatable step has installed (database_objects).
INSTALLED = """
    CREATE TABLE installed_object (
        kind text NOT NULL, name text NOT NULL, digest text NOT NULL, identity text NOT NULL,
        position bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (kind, name))
"""
#: What a statement leaves to be asked when its transaction ends; empty between transactions.
#: Earlier versions have it already.
PENDING = """
    CREATE UNLOGGED TABLE IF NOT EXISTS laws_pending (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, law text NOT NULL, lines text NOT NULL,
        parent text NOT NULL, key text NOT NULL, first_id bigint NOT NULL, last_id bigint NOT NULL)
"""


class Migration(migrations.Migration):
    dependencies = [("companies", "0002_preferences")]

    operations = [
        migrations.RunSQL(INSTALLED, "DROP TABLE installed_object"),
        migrations.RunSQL(PENDING, migrations.RunSQL.noop),
    ]
