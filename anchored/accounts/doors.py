"""Every view states who may use it; tests/guards/test_permissions.py reads what is stated."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required


def requires(permission):
    """403 with a sentence unless the person holds the permission."""

    def decorate(view):
        @wraps(view)
        def gated(request, *args, **kwargs):
            request.user.must_hold(permission)
            return view(request, *args, **kwargs)

        gated.permission = permission
        return gated

    return decorate


def open_to_all(view):
    """Everyone who is signed in."""
    view.open_to_all = "signed_in"
    return view


def open_to_everyone(view):
    """Also people who are not signed in: no record is shown here."""
    view = login_not_required(view)
    view.open_to_all = "everyone"
    return view
