from django.urls import path

from headquarters.web import views

app_name = "web"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("today/", views.today, name="today"),
    path("figures/days.csv", views.days_csv, name="days-csv"),
    path("figures/offices.csv", views.offices_csv, name="offices-csv"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("language/", views.language, name="language"),
]
