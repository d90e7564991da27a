"""What a site has besides its pages: for search engines, browsers, the law, and readers of the interface."""
