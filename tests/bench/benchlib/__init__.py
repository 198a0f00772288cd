# SPDX-License-Identifier: GPL-2.0-or-later
"""The benchmark's parts; tests/bench/bench is its front door.

points and plans say what is measured, boot runs it in the lab, reports and xentrace read what
came back, stats, table and chart say what it means.
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.realpath(__file__)),
                             "..", "..", "..", "tools", "lab"))
