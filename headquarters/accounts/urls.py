from django.urls import path

from headquarters.accounts import door_pages, log_pages, me_pages, pages

app_name = "accounts"

urlpatterns = [
    path("accounts/", pages.accounts, name="accounts"),
    path("accounts/invite/", pages.invite, name="invite"),
    path("accounts/<int:pk>/", pages.account, name="account"),
    path("me/", me_pages.me, name="me"),
    path("me/second-step/", me_pages.second, name="second"),
    path("sign-in/code/", door_pages.code, name="code"),
    path("sign-in/second-step/", door_pages.set_up, name="set-up"),
    path("welcome/<str:token>/", door_pages.welcome, name="welcome"),
    path("audit/", log_pages.log, name="log"),
    path("audit/log.csv", log_pages.log_csv, name="log-csv"),
]
