from django.urls import path

from closing_site.companies import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.sign_in_code, name="sign_in_code"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("confirm-password/", views.confirm_password, name="confirm_password"),
    path("language/", views.switch_language, name="switch_language"),
    path("theme/", views.switch_theme, name="switch_theme"),
    path("columns/", views.choose_columns, name="choose_columns"),
    path("companies/<str:company>/choose/", views.choose_company, name="choose_company"),
]
