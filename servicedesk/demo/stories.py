"""All stories that the demo tells."""

from servicedesk.demo import billing_stories, meter_stories, system_stories
from servicedesk.demo.script import Story

STORIES: tuple[Story, ...] = (
    *billing_stories.STORIES,
    *meter_stories.STORIES,
    *system_stories.STORIES,
)
