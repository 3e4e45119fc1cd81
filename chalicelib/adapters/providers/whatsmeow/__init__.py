"""whatsmeow through the open-source HTTP bridge wuzapi (builds of 2026; older dialects are read tolerantly)."""
