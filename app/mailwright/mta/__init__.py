"""Mail transport agents: what they should be configured to, as resources."""
