from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "headquarters.documents"
    label = "documents"
