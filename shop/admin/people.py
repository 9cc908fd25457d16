"""Staff and their roles. Roles are written in `shop.roles`; here one sees them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import Count
from django.http import HttpRequest
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from catalog.admin.desk import Desk, ReadOnlyDesk
from shop.models import User


class StaffCreationForm(UserCreationForm):
    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("email",)


@admin.register(User)
class StaffDesk(UserAdmin, Desk):  # type: ignore[type-arg, misc]
    form = UserChangeForm
    add_form = StaffCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["email", "full_name", "role_names", "is_active", "last_login"]
    list_filter = ["is_active", "is_staff", "groups"]
    search_fields = ["email", "first_name", "last_name"]
    ordering = ["email"]
    filter_horizontal = ()
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": [("email", "password"), ("first_name", "last_name")]}),
        ("What they may do", {"fields": ["groups", "is_active", "is_staff", "is_superuser"]}),
        ("Dates", {"fields": [("last_login", "date_joined")]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", ("password1", "password2")]}),
        ("What they may do", {"fields": ["groups", "is_staff"]}),
    ]
    empty_words = "Nobody works here yet."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs |= {"widget": UnfoldAdminCheckboxSelectMultipleWidget, "label": "Roles"}
        kwargs |= {"help_text": "What each role may do stands on its desk, under Roles."}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only who stands above the roles lets others stand there."""
        fixed = [] if request.user.is_superuser else ["is_superuser"]
        return [*super().get_readonly_fields(request, obj), *fixed]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who stands above the roles is changed from there only: a new password would be a way up."""
        below = obj is None or not obj.is_superuser or request.user.is_superuser
        return below and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # diaries and ledgers name them: make them inactive instead

    @display(description="name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @display(description="role")
    def role_names(self, user: User) -> str | None:
        if user.is_superuser:
            return "above all roles"
        return ", ".join(group.name for group in user.groups.all()) or None


admin.site.unregister(Group)


@admin.register(Group)
class RoleDesk(ReadOnlyDesk):
    list_display = ["name", "people"]
    search_fields = ["name"]
    ordering = ["name"]
    fields = ["name", "may"]
    empty_words = "No role yet. Run manage.py load_roles: it makes curator, warehouse, support and owner."

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(member_count=Count("user"))

    @display(description="people")
    def people(self, group: Any) -> int:
        return int(group.member_count)

    @display(description="may")
    def may(self, group: Group) -> str:
        names = group.permissions.select_related("content_type").order_by("content_type__app_label", "name")
        return "\n".join(f"{permission.content_type.app_label}: {permission.name}" for permission in names)
