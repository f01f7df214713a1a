from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "headquarters.operations"
    label = "operations"
