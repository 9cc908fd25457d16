from django.db import models


class Concern(models.Model):
    """A shelf that customers browse by, in their own words. It is not a claim."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name
