from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "headquarters.audit"
    label = "audit"
