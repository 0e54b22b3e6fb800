"""HTTP: a blueprint per audience, each a thin door to a verb."""
