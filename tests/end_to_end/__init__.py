"""The real window, driven with real keys and a real mouse."""
