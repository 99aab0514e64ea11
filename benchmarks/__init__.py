"""Figures about Nameplate, each as a ratio to a limit measured in the same run on the same machine."""
