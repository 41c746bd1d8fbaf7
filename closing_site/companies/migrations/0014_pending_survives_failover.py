from django.db import migrations

#: A standby that takes over finds the sequence of an unlogged table broken ("bad magic number",
#: PostgreSQL 15): it is recreated, whatever its state, and logged.
LOGGED = """
    ALTER TABLE laws_pending ALTER COLUMN id DROP IDENTITY;
    ALTER TABLE laws_pending ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
    ALTER SEQUENCE laws_pending_id_seq SET LOGGED
"""


class Migration(migrations.Migration):
    dependencies = [("companies", "0013_support_access")]

    operations = [migrations.RunSQL(LOGGED, migrations.RunSQL.noop)]
