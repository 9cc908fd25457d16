"""The demo: a shop with goods on the shelves, and a basket that buys itself."""
