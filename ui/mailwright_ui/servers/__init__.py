"""The servers that this desktop knows: their list, their history, the way back."""
