"""The files of an installation are tried as they are."""
