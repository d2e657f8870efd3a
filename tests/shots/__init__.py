"""Pictures of every window, to be looked at."""
