from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "headquarters.cases"
    label = "cases"

    def ready(self) -> None:
        """Rooms below say when something happens that concerns cases."""
        from headquarters import rounds
        from headquarters.alerts import outbox
        from headquarters.cases import publishing, telling, watching
        from headquarters.privacy import erasing
        from headquarters.tablets import configuration

        outbox.WRITERS[telling.WRITER] = telling.letter
        configuration.publications.append(publishing.on_tablets)
        rounds.each_round.connect(watching.look, dispatch_uid="cases.look")
        erasing.erased.connect(watching.forget, dispatch_uid="cases.forget")
