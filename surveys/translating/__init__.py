"""Translating: how words stand in each locale, their way to a translator and back, and a district's acceptance."""

from surveys.translating.standing import ACCEPTED, Standing, accept, accepted, standings

__all__ = ["ACCEPTED", "Standing", "accept", "accepted", "standings"]
