"""A small supplier for one machine: serves a stock feed that changes, and misbehaves when it is told to."""
