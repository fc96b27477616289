"""The teacher's journal (журнал): will own marks, attendance, remarks and term marks."""
