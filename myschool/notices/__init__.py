"""Whom to tell, how and when. Will own notices (уведомления), deliveries and quiet hours."""
