from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("wizard", "0003_laws")]

    operations = []
