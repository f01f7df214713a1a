from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "headquarters.reports"
    label = "reports"
