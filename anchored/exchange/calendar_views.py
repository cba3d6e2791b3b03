"""The link to one's own calendar, and what a calendar program reads there."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from anchored.accounts.doors import open_to_everyone, requires
from anchored.accounts.roles import Permission
from anchored.ui.flash import say
from anchored.ui.once import once

from . import calendars


@requires(Permission.LEAD_GROUPS)
@once
def calendar_link(request):
    """Make the link, make another in its place, or revoke it."""
    if request.method == "POST":
        revokes = request.POST.get("act") == "revoke"
        (calendars.revoke if revokes else calendars.make)(request.user)
        say(request, "The link is revoked." if revokes else "The link is made.")
        return redirect("calendar_link")
    link = calendars.link_of(request.user)
    address = link and request.build_absolute_uri(reverse("calendar", args=[calendars.token_of(link)]))
    return render(request, "calendar/link.html", {"link": link, "address": address})


@require_safe
@open_to_everyone
def calendar(request, token):
    """The sessions of whoever made the link. It holds no patient and no name of a group; a wrong token finds nothing."""
    user = calendars.whose(token)
    if user is None or not user.holds(Permission.LEAD_GROUPS):
        raise Http404("No such calendar.")
    body = calendars.feed(calendars.sessions_of(user), house=request.build_absolute_uri("/").rstrip("/"))
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"Referrer-Policy": "no-referrer"})
