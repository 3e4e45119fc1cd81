"""Portaria: the gatehouse for sending WhatsApp messages from one's own numbers."""
