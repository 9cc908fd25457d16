"""The money: what was asked, what Stripe says, what was paid, the receipt."""
