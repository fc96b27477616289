"""The classifiers (справочники): a file per version, `<code>.<version>.csv`, never changed once it was loaded.

A file begins with `# title:` and `# source:`, then a table with the columns `code` and `title`; further columns serve
those who read the file itself. The newest `regions` also says which regions there are and in which time zone.
"""
