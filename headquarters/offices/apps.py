from django.apps import AppConfig


class OfficesConfig(AppConfig):
    name = "headquarters.offices"
    label = "offices"
