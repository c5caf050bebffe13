// SPDX-License-Identifier: Apache-2.0
import htmx from "htmx.org";
import "./requests.js";
import { startDetail } from "./detail.js";
import { startKeys } from "./keys.js";
import { startRows } from "./rows.js";
import { startLive } from "./live.js";
import { startToasts } from "./toasts.js";
import { startTimes } from "./times.js";
import { startForms } from "./forms.js";
import { startDrafts } from "./drafts.js";
import { startDrop } from "./drop.js";
import { startConfirm } from "./confirm.js";
import { startShell } from "./shell.js";
import { startMapper } from "./mapper.js";
import { startMaps } from "./maps.js";
import { startGraphs } from "./graphs.js";
import { startPasskeys } from "./passkeys.js";
import { startUploads } from "./resume.js";

window.htmx = htmx;
document.documentElement.classList.add("has-script");
for (const start of [
  startShell, startDetail, startKeys, startRows, startToasts, startTimes, startForms, startDrafts, startDrop, startConfirm, startLive, startMaps, startGraphs, startMapper,
  startPasskeys, startUploads,
]) start();
