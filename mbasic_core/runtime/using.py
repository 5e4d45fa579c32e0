"""PRINT USING on a device: pieces go out as they are made, so that an error leaves what came before it."""
