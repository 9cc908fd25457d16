"""The goods: what we sell, what is in it, and how much there is."""
