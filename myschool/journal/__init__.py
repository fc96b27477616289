"""The teacher's journal (журнал): marks, attendance, remarks, topics and final marks, and the rules they follow."""
