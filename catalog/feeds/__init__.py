"""Suppliers' feeds: what they say about their stock, fetched, read and reconciled."""
