#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// A guardian with a phone and at a desk: registers, reports in the morning.
// This file only lists the rooms: node takes modules from *.mjs alone.

import("./lib/run.mjs").then(({ run }) => run(
	"guardian/register", "guardian/morning", "guardian/change",
	"guardian/household", "guardian/closed", "guardian/plain",
	"guardian/keyboard", "guardian/english"));
