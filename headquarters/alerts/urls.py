from django.urls import path

from headquarters.alerts import pages

app_name = "alerts"

urlpatterns = [
    path("alerts/", pages.index, name="index"),
    path("alerts/<int:pk>/", pages.alert, name="alert"),
    path("alerts/rules/", pages.rules, name="rules"),
    path("alerts/rules/<str:kind>/", pages.rule, name="rule"),
    path("alerts/telling/", pages.telling, name="telling"),
    path("alerts/sending/", pages.sending, name="sending"),
    path("alerts/sending/<int:pk>/again/", pages.again, name="again"),
    path("alerts/webhooks/<int:pk>/off/", pages.hook_off, name="hook-off"),
]
