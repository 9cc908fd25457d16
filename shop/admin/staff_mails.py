"""Mail to our own people: what was sent, and what could not be."""

from django.contrib import admin

from orders.admin.errands import ErrandDesk, Owed
from shop.models import StaffMail


@admin.register(StaffMail)
class StaffMailDesk(ErrandDesk):
    list_display = ["kind", "key", "errand_state", "due_at", "done_at"]
    list_filter = [Owed, "kind"]
    search_fields = ["key"]
    ordering = ["-pk"]
    fieldsets = [(None, {"fields": [("kind", "key"), "facts"]}), ErrandDesk.errand_fieldset]
    empty_words = "Our own people have not been written to. The week's stock goes out on Mondays at 07:00."
