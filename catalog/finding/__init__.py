"""Finding: what a customer typed, understood in the shop's own words, and what the shop has of it."""
