"""What can be desired on a server: how its state is asked for, and how it is reached."""
