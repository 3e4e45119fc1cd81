"""Builds what a browser and the page renderer need from the panel's sources."""
