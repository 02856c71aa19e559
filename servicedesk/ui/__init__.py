"""The look of the house: shell, tags, form rendering, refusals and error pages. It knows no tickets."""
