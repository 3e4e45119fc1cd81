"""Carries approvals out: claims, sends through the right number, settles, and never sends twice."""
