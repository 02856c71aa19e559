"""Courses, sessions, registration and e-learning modules."""
