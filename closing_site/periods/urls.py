from django.urls import path

from closing_site.periods import views

urlpatterns = [
    path("", views.home, name="home"),
]
