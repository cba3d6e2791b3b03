"""Page or fragment: one view answers both."""


def wants_fragment(request):
    """Whether a part of a page was asked for, not the whole: by htmx, but not by its navigation."""
    headers = request.headers
    whole = headers.get("HX-Boosted") == "true" or headers.get("HX-History-Restore-Request") == "true"
    return headers.get("HX-Request") == "true" and not whole
