"""What one machine needs and no production has: embedded servers, a local Stripe, a mailbox, demo and bench."""
