"""What is remembered: tables, migrations, engines and the search index."""
