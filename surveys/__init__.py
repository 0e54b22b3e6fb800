"""Homeroom's surveys: everything but the sheet of paper itself."""
