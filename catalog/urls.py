from django.urls import path

from catalog.views import finding, knowledge, labels, products, shelves

urlpatterns = [
    path("products/", products.Products.as_view()),
    path("products/<slug:slug>/", products.ProductPage.as_view()),
    path("search/suggest/", finding.Suggest.as_view()),
    path("categories/", shelves.Categories.as_view()),
    path("brands/", shelves.Brands.as_view()),
    path("concerns/", shelves.Concerns.as_view()),
    path("concerns/<slug:slug>/", knowledge.ConcernPage.as_view()),
    path("guides/", knowledge.Guides.as_view()),
    path("guides/<slug:slug>/", knowledge.GuidePage.as_view()),
    path("ingredients/<slug:slug>/", knowledge.IngredientPage.as_view()),
    path("labels/", labels.Labels.as_view()),
    path("dermatologists/", knowledge.Dermatologists.as_view()),
    path("dermatologists/<slug:slug>/", knowledge.DermatologistPage.as_view()),
]
