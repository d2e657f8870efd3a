"""The set-up of a server: questions, plan, progress, result."""
