"""The elements of the page: one a file, each with the JavaScript that draws it beside it."""
