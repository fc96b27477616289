"""Homework (домашнее задание): tasks, what students hand in, and its review."""
