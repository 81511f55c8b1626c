language-name = Español
language-dir = ltr
number-style = 1.234,5
