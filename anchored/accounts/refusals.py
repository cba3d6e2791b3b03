"""A refusal is a sentence: about the person (403), about the moment (422), or because somebody was first (409)."""

from django.core.exceptions import PermissionDenied, ValidationError


class NotPermitted(PermissionDenied):
    """This person may not do this: "You cannot cosign your own note." Answered with 403."""


class NotNow(ValidationError):
    """It may not be done at this moment. Shown on the form, with 422."""


class SomeoneWasFirst(NotNow):
    """The record changed under the person's hands. Answered with 409; nothing of theirs is lost."""


def why_not(check, *args, **kwargs):
    """The sentence a policy would refuse with, or None. Feeds greyed-out buttons and their tooltips."""
    try:
        check(*args, **kwargs)
    except NotPermitted as refusal:
        return str(refusal)
    except NotNow as refusal:
        return " ".join(refusal.messages)
    return None
