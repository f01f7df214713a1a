"""Whether what is seen is partly made up: every page says so while the demo province is here."""

from django import template

from headquarters.offices.models import Office

register = template.Library()


@register.simple_tag
def demo_data() -> bool:
    """Whether there is a demo office."""
    return Office.objects.filter(demo=True).exists()
