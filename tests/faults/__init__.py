"""What breaks under people: servers killed, a database restarted; nothing that was acknowledged may be lost."""
