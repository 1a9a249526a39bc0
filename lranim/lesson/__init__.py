"""Lessons: one TOML file that says which clips a course has."""

from lranim.lesson.clips import Lesson, LessonClip, in_language, read_lesson

__all__ = ["Lesson", "LessonClip", "in_language", "read_lesson"]
