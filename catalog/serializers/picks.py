"""The shapes of picks and of who signs them. For the API's description."""

from typing import Any

from rest_framework import serializers

from catalog.models import Dermatologist, Grade, Pick
from catalog.serializers.fields import Named


class DisclosureShown(serializers.Serializer[Any]):
    text = serializers.CharField()
    version = serializers.IntegerField()
    sells_it = serializers.BooleanField()
    gifts = serializers.BooleanField()
    paid = serializers.BooleanField()
    consultancy = serializers.BooleanField()
    equity = serializers.BooleanField()


class DermatologistShort(Named):
    credentials = serializers.CharField()


class DermatologistWithRole(DermatologistShort):
    role = serializers.ChoiceField(choices=Dermatologist.Role.choices)


class HowToUse(serializers.Serializer[Any]):
    slot = serializers.ChoiceField(choices=Pick.Slot.choices, allow_null=True)
    words = serializers.CharField()
    order_override = serializers.CharField(allow_null=True)


class Cheaper(serializers.Serializer[Any]):
    product = Named(allow_null=True)
    words = serializers.CharField(allow_blank=True)


class TestShown(serializers.Serializer[Any]):
    where = serializers.ChoiceField(choices=Pick.Tested.choices)
    people = serializers.IntegerField(allow_null=True)
    weeks = serializers.IntegerField(allow_null=True)
    blinded = serializers.BooleanField(allow_null=True)
    words = serializers.CharField()


class ComparisonShown(serializers.Serializer[Any]):
    products = Named(many=True)
    words = serializers.CharField()


class RegimenShown(serializers.Serializer[Any]):
    since = serializers.DateField()
    words = serializers.CharField(allow_blank=True)


class EvidenceShown(serializers.Serializer[Any]):
    claim = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    grade = serializers.ChoiceField(choices=Grade.choices)


class PickShown(serializers.Serializer[Any]):
    """One dermatologist's reasons for one formula. The disclosure stands beside the claim."""

    dermatologist = DermatologistWithRole()
    headline = serializers.CharField()
    disclosure = DisclosureShown()
    for_whom = serializers.ListField(child=serializers.CharField())
    not_for = serializers.ListField(child=serializers.CharField())
    how_to_use = HowToUse()
    why_worth_it = serializers.CharField()
    cheaper = Cheaper()
    would_change_mind = serializers.CharField()
    tested = TestShown(allow_null=True)
    compared = ComparisonShown(allow_null=True)
    regimen = RegimenShown(allow_null=True, help_text="Since when it is in her own regimen.")
    evidence = EvidenceShown(many=True)
    signed_on = serializers.DateField()
    review_by = serializers.DateField()


class WithdrawnPick(serializers.Serializer[Any]):
    dermatologist = DermatologistShort()
    headline = serializers.CharField()
    reason = serializers.CharField()
    withdrawn_on = serializers.DateField()


class PickTold(serializers.Serializer[Any]):
    """A live pick, told apart from its product."""

    product = Named()
    dermatologist = DermatologistShort()
    headline = serializers.CharField()
    disclosure = serializers.CharField()


class Licence(serializers.Serializer[Any]):
    number = serializers.CharField()
    state = serializers.CharField()
    verified_on = serializers.DateField()
    source = serializers.CharField()  # type: ignore[assignment]


class DermatologistList(serializers.Serializer[Any]):
    results = DermatologistWithRole(many=True)


class PickOfHers(serializers.Serializer[Any]):
    product = Named()
    headline = serializers.CharField()
    signed_on = serializers.DateField()
    review_by = serializers.DateField()


class WithdrawnOfHers(serializers.Serializer[Any]):
    product = Named()
    headline = serializers.CharField()
    reason = serializers.CharField()
    withdrawn_on = serializers.DateField()


class DermatologistPage(DermatologistWithRole):
    board = serializers.CharField(allow_blank=True)
    licence = Licence()
    bio = serializers.CharField(allow_blank=True)
    disclosure = DisclosureShown(allow_null=True)
    picks = PickOfHers(many=True)
    withdrawn = WithdrawnOfHers(many=True)
