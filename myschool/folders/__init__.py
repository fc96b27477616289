"""A person's own files («Мои файлы»): folders, documents with versions, and what is shared with classes.

The bytes and their previews belong to `files`; here is whose they are, who else may read them and how much fits.
"""
