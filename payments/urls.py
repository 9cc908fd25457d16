from django.urls import path

from payments import views

urlpatterns = [
    path("webhooks/stripe", views.stripe_webhook),
    path("checkout/done/", views.come_back),
    path("checkout/back/", views.turn_back),
]
