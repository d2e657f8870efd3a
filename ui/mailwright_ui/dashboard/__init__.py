"""The deliveries and the queue of one server, as they change."""
