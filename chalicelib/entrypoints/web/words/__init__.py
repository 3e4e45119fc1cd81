"""What codes mean in sentences, in the language of whoever reads."""
