from django.urls import path

from headquarters.accounts import log_pages

app_name = "accounts"

urlpatterns = [
    path("audit/", log_pages.log, name="log"),
    path("audit/log.csv", log_pages.log_csv, name="log-csv"),
]
