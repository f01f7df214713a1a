from django.apps import AppConfig


class CitizensConfig(AppConfig):
    name = "headquarters.citizens"
    label = "citizens"
