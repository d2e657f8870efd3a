"""Windows, driven as a person drives them."""
