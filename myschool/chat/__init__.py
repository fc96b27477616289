"""Personal and group chats: will own conversations, messages and complaints."""
