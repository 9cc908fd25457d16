"""The promise: what a customer was promised, and whether we kept it."""
