"""The `homeroom` command: one module per group, each a thin door to a verb."""
