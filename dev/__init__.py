"""What one machine needs and no production has: embedded servers, a Stripe sandbox, mailbox, demo, bench."""
