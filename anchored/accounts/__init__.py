"""People who sign in: names as signed, roles, supervision, sessions."""
