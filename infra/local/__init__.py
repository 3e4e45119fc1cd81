"""The local stage: embedded AWS, the phone and the packaged app, as child processes of one runner."""
