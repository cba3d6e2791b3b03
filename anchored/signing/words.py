"""Facts as the text that a signature stands for: one way of writing only, whatever zone a moment came in."""

import json
from datetime import UTC, datetime

from django.core.serializers.json import DjangoJSONEncoder


class _OneWay(DjangoJSONEncoder):
    def default(self, o):
        return super().default(o.astimezone(UTC) if isinstance(o, datetime) else o)


def in_words(facts):
    """A dictionary as text: sorted, and moments in UTC."""
    return json.dumps(facts, cls=_OneWay, ensure_ascii=False, sort_keys=True)
