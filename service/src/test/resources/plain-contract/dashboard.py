"""A dashboard that shows whether anything is connected on a platform."""

import json
import os
import sys
import urllib.request


def check_oauth_connected(platform):
    url = f"{os.environ['OAUTH_SERVICE_URL']}/oauth/installations?platform={platform}"
    with urllib.request.urlopen(url) as answer:
        return len(json.load(answer)["installations"]) > 0


print("connected" if check_oauth_connected(sys.argv[1]) else "not connected")
