"""Acts: the only code that changes a ticket, one public function per act, a module per area."""
