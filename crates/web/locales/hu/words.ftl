language-name = Magyar
language-dir = ltr
number-style = 1 234,5
