"""The pictures of a product, on its page."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget

from catalog import images
from catalog.admin.desk import Rows
from catalog.models import Image, Product

THUMBNAIL = "320"  # px; the smallest rendition


class PictureForm(forms.ModelForm):  # type: ignore[type-arg]
    upload = forms.FileField(
        required=False,
        label="picture",
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )

    class Meta:
        model = Image
        fields = ["alt_text", "position"]

    def clean_upload(self) -> Any:
        upload = self.cleaned_data["upload"]
        if upload is None and self.instance.pk is None:
            raise forms.ValidationError("Choose a picture: PNG, JPEG or WebP.")
        if upload is not None and upload.size > images.MOST_BYTES:
            raise forms.ValidationError(
                f"The picture is larger than {images.MOST_BYTES // 1_000_000} MB. "
                "Make it smaller and choose it again."
            )
        return upload


class PictureRows(Rows):
    model = Image
    form = PictureForm
    verbose_name, verbose_name_plural = "picture", "pictures"
    fields = ["thumbnail", "upload", "alt_text", "position"]
    readonly_fields = ["thumbnail"]
    ordering = ["position", "id"]

    @display(description="")
    def thumbnail(self, image: Image) -> str:
        return draw_thumbnail(image)


def draw_thumbnail(image: Image | None) -> str:
    """The picture, small; or a quiet square that says that there is none."""
    name = image.renditions.get(THUMBNAIL) if image else None
    if image is None or name is None:
        return format_html('<span class="thumbnail" role="img" aria-label="No picture"></span>')
    return format_html(
        '<img class="thumbnail" src="{}{}" alt="{}" loading="lazy">', settings.MEDIA_URL, name, image.alt_text
    )


def save_pictures(formset: Any, *, product: Product) -> None:
    """Pictures that were added, changed or taken away on the page."""
    for form in formset.forms:
        if not form.has_changed() or form in formset.deleted_forms:
            continue
        upload = form.cleaned_data["upload"]
        if upload is None:
            form.save()
        else:
            image = images.add_image(
                product=product,
                content=upload.read(),
                alt_text=form.cleaned_data["alt_text"],
                position=form.cleaned_data["position"],
            )
            if form.instance.pk not in (None, image.pk):
                form.instance.delete()  # the new picture stands in its place
    for form in formset.deleted_forms:
        form.instance.delete()
