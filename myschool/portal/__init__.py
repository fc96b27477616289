"""Home pages, the role switch, search and the family feed: composes what other packages show, owns no rows."""
