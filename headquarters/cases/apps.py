from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "headquarters.cases"
    label = "cases"

    def ready(self) -> None:
        """Comments that want an answer become cases in every round (headquarters watch)."""
        from headquarters import rounds
        from headquarters.cases.watching import look

        rounds.each_round.connect(look, dispatch_uid="cases.look")
