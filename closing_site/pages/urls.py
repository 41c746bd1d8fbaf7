from django.urls import path

from closing_site.pages import views

urlpatterns = [
    path("parts/", views.parts, name="parts"),
]
