"""What the page of a session sent, taken apart by row and part. Odd text means nothing; the acts judge the rest."""

from uuid import UUID


def chosen(data):
    """{person: what was sent about their row}, of every row in which a state could be chosen."""
    sent = [name.removeprefix("state-") for name in data if name.startswith("state-")]
    return {UUID(pk): row(data, pk) for pk in sent if is_key(pk)}


def row(data, pk):
    """One row: state, minutes, reason, and the state that the page showed."""
    sent = {name: data.get(f"{name}-{pk}", "") for name in ("state", "late", "early", "reason", "quick")}
    quick = _minutes(sent["quick"])
    late, early = (quick, quick) if quick else (_minutes(sent["late"]), _minutes(sent["early"]))
    return {"state": sent["state"], "late": late, "early": early, "reason": sent["reason"], "shown": data.get(f"shown-{pk}")}


def _minutes(text):
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0


def relatives(data, pk):
    """(relatives ticked when the page was shown, those ticked now), by keys; nobody where the page did not ask for them."""
    if f"relatives-shown-{pk}" not in data:
        return set(), set()
    return tuple({UUID(key) for key in data.getlist(f"{name}-{pk}") if is_key(key)} for name in ("relatives-shown", "relatives"))


def version(data, name):
    """The version of a text that the page showed."""
    sent = data.get(f"version-{name}", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else 0


def is_key(text):
    """Whether a text is the key of a row."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
