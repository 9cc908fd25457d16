"""A local Stripe: real HTTP, real signatures, no money. Read README.md for what it does and what it does not."""
