"""The database and the files: the only importer of SQLAlchemy, returning core's dataclasses."""
