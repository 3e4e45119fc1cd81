"""An organization's numbers: registered, connected, watched and stopped."""
