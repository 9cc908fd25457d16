from django.urls import path

from catalog.views import products, shelves

urlpatterns = [
    path("products/", products.Products.as_view()),
    path("products/<slug:slug>/", products.ProductPage.as_view()),
    path("categories/", shelves.Categories.as_view()),
    path("brands/", shelves.Brands.as_view()),
    path("concerns/", shelves.Concerns.as_view()),
]
