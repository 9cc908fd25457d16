"""Trials: the shop as real processes under real load, with chance that can be repeated (`make trials`)."""
