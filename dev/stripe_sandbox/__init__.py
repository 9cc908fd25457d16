"""A local Stripe: real HTTP, real signatures, no money. README.md says what it does and does not."""
