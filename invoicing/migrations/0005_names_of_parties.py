from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("invoicing", "0004_lines_of_products")]

    operations = [
        migrations.AddField(
            model_name="partysnapshot",
            name="name_zh",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
    ]
