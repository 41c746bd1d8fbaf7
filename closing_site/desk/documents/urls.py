from django.urls import path

from closing_site.desk.documents import views

urlpatterns = [
    path("search/", views.find, name="search"),
    path("attachments/<int:key>/", views.attachment, name="attachment"),
]
