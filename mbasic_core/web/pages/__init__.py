"""What the server answers: the page with editor and terminal, downloads, health, and plain pages for errors."""
