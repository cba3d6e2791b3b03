"""The screens as people meet them: what is shown, what is refused in words, what the trail keeps, what a page costs."""
