"""The wizard without a window: pages, relevance, validation, defaults."""

from __future__ import annotations

from mailwright.interview.answers import Answers, document, read_answers, value, with_value
from mailwright.interview.errors import FieldError, FieldErrors
from mailwright.interview.fields import Choice, Field, Kind, Page, SecretQuestion
from mailwright.interview.pages import PAGES, all_fields
from mailwright.interview.prefill import prefilled
from mailwright.interview.requirements import (
    checked_profile,
    profile_requirements,
    requirements,
    server,
)
from mailwright.interview.rules import answer_errors, page_errors, user_error
from mailwright.interview.template import template

__all__ = [
    "PAGES",
    "Answers",
    "Choice",
    "Field",
    "FieldError",
    "FieldErrors",
    "Kind",
    "Page",
    "SecretQuestion",
    "all_fields",
    "answer_errors",
    "checked_profile",
    "document",
    "page_errors",
    "prefilled",
    "profile_requirements",
    "read_answers",
    "requirements",
    "server",
    "template",
    "user_error",
    "value",
    "with_value",
]
