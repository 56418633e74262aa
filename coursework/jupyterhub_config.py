"""A JupyterHub for a trial on one machine, without Docker: book/teaching.md says how to start it.

Whoever knows the password enters under any name, and all names are the account that started the hub. For a class keep
the first part and delete the second: then the accounts of the machine log in, and the hub has to be started by root.
"""

import os
import sys

c = get_config()  # noqa: F821

# The proxy and the students' servers come from the environment of the hub.
c.ConfigurableHTTPProxy.command = [f"{sys.prefix}/node_modules/.bin/configurable-http-proxy"]
c.Spawner.cmd = [f"{sys.prefix}/bin/jupyterhub-singleuser"]
c.Spawner.default_url = "/lab"
c.JupyterHub.bind_url = "http://127.0.0.1:8000"  # for others only behind a web server that speaks https

# For a trial.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["HUB_PASSWORD"]
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = f"{os.getcwd()}/homes/{{username}}"
