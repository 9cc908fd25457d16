from django.contrib import admin

from orders.admin.errands import ErrandDesk, Owed
from orders.models import OrderMail


@admin.register(OrderMail)
class OrderMailDesk(ErrandDesk):
    list_display = ["kind", "order", "errand_state", "due_at", "done_at", "sent_to"]
    list_filter = [Owed, "kind"]
    list_select_related = ["order"]
    search_fields = ["=order__reference", "order__email"]
    search_help_text = "An order's reference or an e-mail address"
    ordering = ["-pk"]
    fieldsets = [(None, {"fields": [("kind", "order"), "sent_to"]}), ErrandDesk.errand_fieldset]
    empty_words = "No mail is owed and none was sent. Receipts have a desk of their own, under Money."
