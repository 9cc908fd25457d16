"""The pictures of a product, on its page."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminFileFieldWidget

from catalog import images
from catalog.admin.desk import Rows
from catalog.models import Image

THUMBNAIL = "320"  # px; the smallest rendition
NO_PICTURE = mark_safe('<span class="thumbnail" role="img" aria-label="No picture"></span>')


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


class PictureFormSet(PaginationInlineFormSet):
    """A chosen file becomes a picture by `catalog.images`; beside a picture that is there, it replaces it."""

    def save_new(self, form: Any, commit: bool = True) -> Image:
        return images.add_image(
            product=self.instance,
            content=form.cleaned_data["upload"].read(),
            alt_text=form.cleaned_data["alt_text"],
            position=form.cleaned_data["position"],
        )

    def save_existing(self, form: Any, obj: Image, commit: bool = True) -> Any:
        if form.cleaned_data["upload"] is None:
            return super().save_existing(form, obj, commit)
        image = self.save_new(form)
        if image.pk != obj.pk:
            obj.delete()
        return image


class PictureRows(Rows):
    model = Image
    form = PictureForm
    formset = PictureFormSet
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
        return NO_PICTURE
    return format_html(
        '<img class="thumbnail" src="{}{}" alt="{}" loading="lazy">', settings.MEDIA_URL, name, image.alt_text
    )
