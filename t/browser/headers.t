#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// What every answer carries, whatever its status: headers, flags of cookies,
// and how many bytes a first view costs.
// This file only lists the rooms: node takes modules from *.mjs alone.

import("./lib/run.mjs").then(({ run }) => run(
	"headers/answers", "headers/cookies", "headers/tls",
	"headers/size"));
