"""What the desktop remembers: a database in the person's data folder, and profile files."""
