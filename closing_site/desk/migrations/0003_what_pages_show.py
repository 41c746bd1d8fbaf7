from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_kept_for_pages")]

    operations = [
        migrations.AddField(
            model_name="stepstock",
            name="counted_position",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="stepstock",
            name="waiting",
            field=models.JSONField(default=dict),
        ),
    ]
