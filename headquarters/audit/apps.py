from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "headquarters.audit"
    label = "audit"

    def ready(self) -> None:
        from headquarters.audit import doors  # noqa: F401 – its receivers are connected by being read
