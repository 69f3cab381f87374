"""How the platform is put on machines: ``local`` runs it whole on one."""
