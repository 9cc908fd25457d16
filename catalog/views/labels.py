"""Reading a label that somebody pastes: a tool for customers, kept nowhere."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog import label_answer, vocabulary
from catalog.serializers import labels as shapes


class Labels(APIView):
    throttle_scope = "label"

    @extend_schema(
        operation_id="read_label",
        tags=["Knowledge"],
        summary="A label, read",
        description="Paste a list of ingredients: what is in it, what we do not know, and what follows. "
        "A text that is no list has the status `unknown`. Nothing of it is kept.",
        request=shapes.LabelIn,
        responses=shapes.LabelAnswered,
    )
    def post(self, request: Request) -> Response:
        asked = shapes.LabelIn(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(label_answer.answer_label(asked.validated_data["text"], vocabulary.current()))
