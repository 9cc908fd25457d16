from django.urls import path

from catalog import views

urlpatterns = [
    path("products/", views.Products.as_view()),
    path("products/<slug:slug>/", views.ProductPage.as_view()),
    path("categories/", views.Categories.as_view()),
    path("brands/", views.Brands.as_view()),
    path("concerns/", views.Concerns.as_view()),
]
