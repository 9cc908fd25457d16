"""The running shop against what nobody would send: Schemathesis over our own description of the API."""
