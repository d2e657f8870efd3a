"""The only doors into the core: what a person can want, for the command line and the windows."""
