"""The page and the server behind it: NiceGUI, and nowhere else.

`app.serve()` is what the command line calls.
"""
