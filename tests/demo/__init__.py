"""`make demo`: the main job on the practice network, and what it proves."""
