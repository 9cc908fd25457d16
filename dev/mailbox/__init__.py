"""A mailbox for one machine: catches what the shop sends, keeps it as .eml files, shows it in the browser."""
