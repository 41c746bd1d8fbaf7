from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("periods", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="seal",
            name="details",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AlterField(
            model_name="seal",
            name="sealed_at",
            field=models.DateTimeField(default=timezone.now),
        ),
    ]
