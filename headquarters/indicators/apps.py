from django.apps import AppConfig


class IndicatorsConfig(AppConfig):
    name = "headquarters.indicators"
    label = "indicators"
