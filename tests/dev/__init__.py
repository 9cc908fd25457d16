"""Beside the tower: the demo, the mailbox, the sandbox and the embedded servers."""
