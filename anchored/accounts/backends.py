"""Who is signed in: the person and the roles in force today, in one statement."""

from django.contrib.auth.backends import BaseBackend, ModelBackend

from anchored.ground.dates import today
from anchored.ground.remembered import Remembered

from .models import RoleGrant, User

with_roles = Remembered(lambda user: RoleGrant.objects.on(today()).filter(user_id=user).select_related("user"), user=int)


class StaffBackend(ModelBackend):
    """Checks passwords as Django does (even timing for unknown names), and reads a user together with the roles."""

    def get_user(self, user_id):
        grants = with_roles(user=int(user_id))
        user = grants[0].user if grants else User.objects.filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        user.roles = frozenset(grant.role for grant in grants)
        return user

    # Permissions are ours (roles.py); Django's own tables are not asked.
    get_user_permissions = get_group_permissions = get_all_permissions = BaseBackend.get_user_permissions

    def has_perm(self, user_obj, perm, obj=None):
        return user_obj.has_perm(perm, obj)
