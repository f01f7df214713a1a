from django.apps import AppConfig


class TabletsConfig(AppConfig):
    name = "headquarters.tablets"
    label = "tablets"
