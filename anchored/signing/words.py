"""Facts as the text that a signature stands for: one way of writing only, whatever zone a moment came in."""

from datetime import UTC, datetime

from django.core.serializers.json import DjangoJSONEncoder


class _OneWay(DjangoJSONEncoder):
    def default(self, o):
        return super().default(o.astimezone(UTC) if isinstance(o, datetime) else o)


ENCODER = _OneWay(ensure_ascii=False, sort_keys=True)


def in_words(facts):
    """A dictionary as text: sorted, and moments in UTC."""
    return ENCODER.encode(facts)
