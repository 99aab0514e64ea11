"""Projects that live on GitHub: what is known of them, and keeping it true."""
