"""Reports of reactions: taken in, never given out."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop import reporting
from shop.serializers import incidents as shapes


class Incidents(APIView):
    throttle_scope = "incident"

    @extend_schema(
        operation_id="report_reaction",
        tags=["Orders"],
        summary="Somebody's skin reacted to something that we sold",
        description="Goes to the people who must act on it, and to nobody else: what is sent here can be "
        "read nowhere in this API. Only `symptoms`, and what it was and where, are needed. The same "
        "report by the same e-mail address within a day is the same report.",
        request=shapes.IncidentIn,
        responses={201: shapes.IncidentTaken},
    )
    def post(self, request: Request) -> Response:
        now = timezone.now()
        form = shapes.IncidentIn(data=request.data, context={"today": now.date()})
        form.is_valid(raise_exception=True)
        incident = reporting.report_reaction(told=shapes.read_told(form.validated_data), now=now)
        return Response({"reference": incident.reference}, status=status.HTTP_201_CREATED)
