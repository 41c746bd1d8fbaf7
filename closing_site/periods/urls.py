from django.urls import path

from closing_site.periods import views

urlpatterns = [
    path("periods/<str:period>/choose/", views.choose_period, name="choose_period"),
]
