"""Sentences after an act, with Undo beside them where it can be undone."""

from django.contrib import messages

UNDO = "undo:"


def say(request, sentence, *, undo=""):
    """Tell on the next page what was done. `undo` is the URL that takes it back by POST."""
    messages.success(request, sentence, extra_tags=f"{UNDO}{undo}" if undo else "")


def undo_of(message):
    """Where a message's Undo posts to, or nothing. Only a path of this house."""
    path = (message.extra_tags or "").removeprefix(UNDO)
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if (message.extra_tags or "").startswith(UNDO) and is_ours else ""
