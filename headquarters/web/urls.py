from django.urls import path

from headquarters.tablets.views import APPROVAL_PATH
from headquarters.web import approval, bundle_pages, configuration_pages, tablet_pages, views

app_name = "web"

urlpatterns = [
    path("", views.overview, name="overview"),
    path("today/", views.today, name="today"),
    path("figures/days.csv", views.days_csv, name="days-csv"),
    path("figures/offices.csv", views.offices_csv, name="offices-csv"),
    path(APPROVAL_PATH.lstrip("/"), approval.approval, name="approval"),
    path("tablets/", tablet_pages.tablets, name="tablets"),
    path("tablets/<uuid:tablet_id>/", tablet_pages.tablet, name="tablet"),
    path("tablets/configuration/", configuration_pages.page, name="configuration"),
    path("tablets/configuration/pin/", configuration_pages.pin, name="configuration-pin"),
    path("tablets/configuration/<int:pk>/back/", configuration_pages.back, name="configuration-back"),
    path("tablets/bundles/", bundle_pages.page, name="bundles"),
    path("tablets/bundles/<str:sha256>.kioskr", bundle_pages.receipt, name="receipt"),
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("language/", views.language, name="language"),
]
