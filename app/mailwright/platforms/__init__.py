"""What differs between distributions: how a server is read, what its packages are called."""
