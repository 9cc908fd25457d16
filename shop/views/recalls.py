"""The page behind the link in a recall's mail. Without JavaScript; whoever has the token may answer.

A link in a mail is opened by scanners too: GET only asks, POST answers.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from orders import recall_letters, recall_notices
from orders.models import RecallNotice

Reply = RecallNotice.Reply
WORDS: dict[str, Any] = {"shop": settings.SHOP_NAME, "care": settings.SELLER["email"]}
CHOICES = {
    Reply.NONE_LEFT: "I have none of it any more",
    Reply.DISCARDED: "I have thrown it away",
    Reply.SENDS_BACK: "I want to send it back",
    Reply.UNHARMED: "I have stopped using it, and all is well",
    Reply.REACTION: "My skin reacted to it",
}
FOLLOWS = {
    Reply.NONE_LEFT: "You need do nothing more.",
    Reply.DISCARDED: "You need do nothing more.",
    Reply.SENDS_BACK: "We write to you how; until then, keep it closed and out of reach.",
    Reply.UNHARMED: "Please do not use it again.",
    Reply.REACTION: "Please do not use it again, and see a doctor if it does not settle. We write to you, "
    "because we have to report what happened. You may still add to it below.",
}
MOST_CHARS = 4000


class AnswerForm(forms.Form):
    reply = forms.ChoiceField(choices=list(CHOICES.items()))
    words = forms.CharField(max_length=MOST_CHARS, required=False)


@csrf_exempt  # the token in the address is what permits it
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    form = AnswerForm(request.POST if request.method == "POST" else None)
    try:
        if form.is_valid():
            said = {"reply": Reply(form.cleaned_data["reply"]), "words": form.cleaned_data["words"]}
            recall_notices.answer_notice(token=token, now=timezone.now(), **said)
            return HttpResponseRedirect(request.path)
        return _show(request, recall_notices.find_notice(token), form)
    except recall_notices.NoSuchNotice:
        return render(request, "not_found.html", WORDS, status=404)


def _show(request: HttpRequest, notice: RecallNotice, form: AnswerForm) -> HttpResponse:
    reply = Reply(notice.reply) if notice.reply else None
    words = WORDS | recall_letters.tell_notice(notice)
    words |= {
        "order": notice.order,
        "reply": CHOICES[reply] if reply else "",
        "follows": FOLLOWS[reply] if reply else "",
        "chosen": form.data.get("reply") or notice.reply or "",
        "choices": [(choice.value, words_of) for choice, words_of in CHOICES.items()],
        "missing": "reply" in form.errors,
        "too_long": "words" in form.errors,
        "most_chars": MOST_CHARS,
        "typed": form.data.get("words", "")[: 2 * MOST_CHARS].replace("\x00", ""),
    }
    return render(request, "shop/recall.html", words, status=422 if form.errors else 200)
