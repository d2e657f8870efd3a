"""What becomes of the mail: outcomes, causes and figures, whatever server program sends it."""
