"""The ledger of the stock, and the places where it stands."""

from django.contrib import admin
from unfold.decorators import display

from catalog.admin.desk import Desk, ReadOnlyDesk
from catalog.models import Location, Movement


@admin.register(Movement)
class MovementDesk(ReadOnlyDesk):
    list_display = ["at", "kind", "size", "lot", "on_hand_change", "reserved_change", "cause", "actor"]
    list_filter = ["kind"]
    list_select_related = ["lot__variant", "actor"]
    search_fields = ["=cause", "lot__code", "lot__variant__sku"]
    search_help_text = "An order's reference or a delivery note, a lot code, a SKU"
    ordering = ["-pk"]
    empty_words = "Nothing has moved yet."

    @display(description="size")
    def size(self, movement: Movement) -> str:
        return movement.lot.variant.sku


@admin.register(Location)
class LocationDesk(Desk):
    list_display = ["code", "name", "takes_returns"]
    search_fields = ["code", "name"]
    ordering = ["code"]
    empty_words = "No location yet. Add the place where the shelves stand."
