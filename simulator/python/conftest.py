pytest_plugins = ["keyfence_simulator"]
