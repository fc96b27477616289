"""Video lessons: will own meetings, presence and recordings."""
