"""The manners of HTTP: answers, problems, languages, query strings."""
