from django.urls import path

from closing_site.periods import views

urlpatterns = [
    path("", views.home, name="home"),
    path("periods/<str:period>/choose/", views.choose_period, name="choose_period"),
]
