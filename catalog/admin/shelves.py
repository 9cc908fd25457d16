"""Brands and the tree of categories. Renaming a shelf publishes all that stand on it."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from catalog import categories, publishing, signposts
from catalog.admin.desk import Desk
from catalog.models import Brand, Category, Signpost

PLURALS: dict[Signpost.Kind, str] = {
    Signpost.Kind.BRAND: "brands",
    Signpost.Kind.CONCERN: "concerns",
    Signpost.Kind.CATEGORY: "categories",
}


class ShelfDesk(Desk):
    """A thing that product pages show: after every change they are published again.

    Takes   `signpost`: its kind, when a search finds it beside products.
    """

    prepopulated_fields = {"slug": ["name"]}
    signpost: ClassVar[Signpost.Kind | None] = None

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if self.signpost is not None:
            if "slug" in form.changed_data and form.initial.get("slug"):
                signposts.take_down(kind=self.signpost, slugs=[form.initial["slug"]])
            thing: dict[str, Any] = {PLURALS[self.signpost]: [form.instance]}
            signposts.put_up(**thing)
        shown_on = publishing.products_that_show(form.instance)
        publishing.publish_products(product_ids=shown_on, now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        shown_on = publishing.products_that_show(obj)
        if self.signpost is not None:
            signposts.take_down(kind=self.signpost, slugs=[obj.slug])
        super().delete_model(request, obj)
        publishing.publish_products(product_ids=shown_on, now=timezone.now())


@admin.register(Brand)
class BrandDesk(ShelfDesk):
    signpost = Signpost.Kind.BRAND
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    ordering = ["name"]
    empty_words = "No brand yet. Add one, or import a catalogue: it brings its brands along."


def indent(category: Category) -> str:
    return "\u2003" * (len(category.lineage) - 1) + category.name


class CategoryChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Categories as a tree: a child stands indented below its parent."""

    def label_from_instance(self, obj: Any) -> str:
        return indent(obj)


@admin.register(Category)
class CategoryDesk(ShelfDesk):
    signpost = Signpost.Kind.CATEGORY
    fields = ["name", "slug", "parent", "product_kind", "min_life_days", "position"]
    list_display = ["in_tree", "slug", "product_kind", "min_life_days", "position"]
    search_fields = ["name", "slug"]
    list_per_page = 500
    empty_words = "No category yet. Add one, or import a catalogue: it brings its shelves along."
    refusals = {
        categories.ShelfInsideItself: lambda refusal: f"“{refusal.name}” cannot stand below itself.",
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        return categories.in_tree_order()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "parent":
            kwargs |= {"form_class": CategoryChoice, "queryset": categories.in_tree_order()}
            kwargs |= {
                "help_text": "Empty: it stands at the top. Moving it takes along all that stands below."
            }
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @display(description="category")
    def in_tree(self, category: Category) -> str:
        return indent(category)

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        if change and "parent" in form.changed_data:
            categories.move_category(obj, parent=obj.parent)
        super().save_model(request, obj, form, change)
        if not change:
            categories.move_category(obj, parent=obj.parent)
