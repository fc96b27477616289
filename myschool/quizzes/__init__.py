"""Measuring materials (КИМ): will own questions, banks, quizzes and attempts."""
