"""What people do about joining a school: ask, decide, invite, connect."""
