"""Homework (домашнее задание): will own tasks, hand-ins and their review."""
