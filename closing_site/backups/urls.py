from django.urls import path

from closing_site.backups.views import installation_page

urlpatterns = [path("installation/", installation_page, name="installation")]
