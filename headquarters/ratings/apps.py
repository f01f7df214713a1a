from django.apps import AppConfig


class RatingsConfig(AppConfig):
    name = "headquarters.ratings"
    label = "ratings"

    def ready(self) -> None:
        """A tablet that moved counts elsewhere: tablets, a room below, says so by a signal."""
        from headquarters.ratings.rollup import follow_moves
        from headquarters.tablets import placement

        placement.moved.connect(follow_moves, dispatch_uid="ratings.follow_moves")
