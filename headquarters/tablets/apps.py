from typing import Any

from django.apps import AppConfig


class TabletsConfig(AppConfig):
    name = "headquarters.tablets"
    label = "tablets"

    def ready(self) -> None:
        """Take part in the regular work."""
        from headquarters import rounds

        rounds.each_round.connect(overtake, dispatch_uid="tablets.overtake")


def overtake(now: Any, **_signal: Any) -> str:
    """A restored headquarters puts its own configuration in force again."""
    from headquarters.tablets import configuration

    done = configuration.overtake()
    return f"{done} configurations issued anew" if done else ""
