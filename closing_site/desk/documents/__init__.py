"""What every document's page and list share, whatever the document is."""
