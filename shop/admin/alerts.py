"""Who waits for what, and the mails that alerts owe. Looking only: customers ask and end them."""

from django.contrib import admin
from unfold.decorators import display

from catalog.admin.desk import ReadOnlyDesk
from orders.admin.errands import ErrandDesk, Owed
from shop.models import AlertMail, StockAlert


@admin.register(StockAlert)
class StockAlertDesk(ReadOnlyDesk):
    list_display = ["variant", "product", "market", "email", "state", "asked_at", "confirmed_at", "ended_at"]
    list_filter = ["state", "market"]
    list_select_related = ["variant__product", "market"]
    search_fields = ["=email", "=variant__sku", "variant__product__name"]
    search_help_text = "An e-mail address, a SKU, a product"
    ordering = ["-pk"]
    fields = ["variant", "product", "market", "email", "state", "asked_at", "confirmed_at", "ended_at"]
    empty_words = "Nobody waits for anything. Customers ask for an alert where something is sold out."

    @display(description="product")
    def product(self, alert: StockAlert) -> str:
        return alert.variant.product.name


@admin.register(AlertMail)
class AlertMailDesk(ErrandDesk):
    list_display = ["kind", "size", "errand_state", "due_at", "done_at"]
    list_filter = [Owed, "kind"]
    list_select_related = ["alert__variant"]
    search_fields = ["=alert__email", "=alert__variant__sku"]
    search_help_text = "An e-mail address or a SKU"
    ordering = ["-pk"]
    fieldsets = [(None, {"fields": [("kind", "size")]}), ErrandDesk.errand_fieldset]
    empty_words = "No alert owes a mail, and none has been sent."

    @display(description="size")
    def size(self, mail: AlertMail) -> str:
        return mail.alert.variant.sku
