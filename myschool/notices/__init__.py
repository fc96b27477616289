"""Whom to tell, how and when: notices (уведомления), their deliveries by mail and push, what people chose, quiet hours."""
