// SPDX-License-Identifier: Apache-2.0
// Keeps "12 min ago" and "due in 4 min" true while the page stays open.
import { all, word } from "./page.js";

const [MINUTE, HOUR, DAY] = [60, 3600, 86400];

export function span(seconds) {
  if (seconds < HOUR) return word("min", { n: Math.floor(seconds / MINUTE) });
  if (seconds < DAY) return word("hour", { n: Math.floor(seconds / HOUR) });
  const days = Math.floor(seconds / DAY);
  return days === 1 ? word("day") : word("days", { n: days });
}

export function longSpan(seconds) {
  if (seconds < HOUR || seconds >= DAY) return span(seconds);
  const minutes = Math.floor((seconds % HOUR) / MINUTE);
  return minutes ? `${span(seconds)} ${word("min", { n: minutes })}` : span(seconds);
}

export function relative(seconds) {
  const far = Math.abs(seconds);
  if (far >= 7 * DAY) return null;
  if (far < MINUTE) return seconds >= 0 ? word("now") : word("in", { span: word("min", { n: 1 }) });
  return word(seconds > 0 ? "ago" : "in", { span: span(far) });
}

function refresh() {
  const secondsSince = (time) => Math.floor((Date.now() - Date.parse(time.dateTime)) / 1000);
  for (const time of all("time[data-relative]")) {
    const text = relative(secondsSince(time));
    if (text && time.textContent !== text) time.textContent = text;
  }
  for (const time of all("time[data-countdown]")) {
    const since = secondsSince(time);
    time.classList.toggle("countdown-late", since > 0);
    if (Math.abs(since) < DAY) time.textContent = word(since > 0 ? "overdue" : "due", { span: longSpan(Math.abs(since)) });
  }
}

export function startTimes() {
  setInterval(() => document.hidden || refresh(), 20000);
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
}
