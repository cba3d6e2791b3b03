"""The database refuses to change the trail."""

from anchored.ground.triggers import refuse

refuse("trail_is_append_only", "audit_trailentry", ["UPDATE", "DELETE", "TRUNCATE"], "The trail is append-only.")
