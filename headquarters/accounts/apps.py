from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "headquarters.accounts"
    label = "accounts"

    def ready(self) -> None:
        # Who signs in before any page was asked for must be noted, too: importing it connects the receiver.
        from headquarters.accounts import sessions  # noqa: F401
