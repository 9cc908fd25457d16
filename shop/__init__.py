"""Where the customer stands: the cart, the checkout, the staff's accounts."""
