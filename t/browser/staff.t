#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// A school in the morning: signs in, sees the list fill, confirms; registers a
// roster; and what the auditor sees of it all.
// This file only lists the rooms: node takes modules from *.mjs alone.

import("./lib/run.mjs").then(({ run }) => run(
	"staff/login", "staff/list", "staff/live", "staff/roster",
	"staff/audit"));
