"""What would another policy have done? Real intents asked again, with the real Gate and a clock of their own.

``recorded`` reads from an intent's timeline what no policy decides, ``replay`` lets the intents go through the Gate
once more, and ``report`` says what came of it and compares two policies.
"""
