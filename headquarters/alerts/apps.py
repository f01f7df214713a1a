from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "headquarters.alerts"
    label = "alerts"
