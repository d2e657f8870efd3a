"""The windows of Mailwright: they show, and decide nothing."""
