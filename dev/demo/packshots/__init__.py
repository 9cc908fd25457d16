"""Packshots: the pictures of the demo catalogue, drawn by us from light, shapes and labels."""
