"""The project's own corpus: pages printed, marked and spoiled by code, so that it is known what they say."""
