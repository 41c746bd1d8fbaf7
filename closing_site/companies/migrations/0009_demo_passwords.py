from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import migrations, models

#: Of the demo company as it was made before this column.
DEMO = ("rep", "rep2", "finance", "manager", "auditor", "admin")


def mark_demo_passwords(apps: Any, schema_editor: Any) -> None:
    people = apps.get_model("companies", "User").objects.using(schema_editor.connection.alias)
    of_demo = people.filter(username__in=DEMO, memberships__company__code="DEMO")
    marked = [user.pk for user in of_demo if check_password(f"demo-{user.username}", user.password)]
    people.filter(pk__in=marked).update(has_demo_password=True)


class Migration(migrations.Migration):
    dependencies = [("companies", "0008_single_person")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="has_demo_password",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(mark_demo_passwords, migrations.RunPython.noop, elidable=True),
    ]
