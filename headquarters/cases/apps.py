from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "headquarters.cases"
    label = "cases"
