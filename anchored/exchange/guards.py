"""What the databases keep of links to calendars: whose they were, and that what is revoked stays revoked."""

from anchored.ground.triggers import changes, refuse

LINK = "exchange_calendarlink"
refuse("calendar_link_is_kept", LINK, ["DELETE", "TRUNCATE"], "Links to calendars are not deleted. Revoke them.")
refuse(
    "calendar_link_stays_as_it_was_made",
    LINK,
    ["UPDATE"],
    "A link to a calendar stays with its person, and what is revoked stays revoked.",
    when=f"{changes('id', 'user_id', 'digest', 'made_at')} OR OLD.revoked_at IS NOT NULL",
)
