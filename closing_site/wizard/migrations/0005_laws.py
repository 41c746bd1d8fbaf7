from django.db import migrations

from closing_site.migration_operations.laws import InstallFunctions, InstallLaws, InstallViews


class Migration(migrations.Migration):
    dependencies = [("wizard", "0004_laws")]

    operations = [
        InstallFunctions(),
        InstallLaws(),
        InstallViews(),
    ]
