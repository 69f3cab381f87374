"""What must hold of public money, judged from the stored events alone: no rule of the services is asked."""
