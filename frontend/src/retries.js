// SPDX-License-Identifier: Apache-2.0
// When a piece of a file that did not arrive is sent again, and what is said meanwhile.
export const DELAYS = [0, 1000, 3000, 5000, 10000, 20000, 30000];

// No answer at all, a busy server, or one that stands elsewhere or is in use: later it may go well.
export const mayRetry = (status) => status === 0 || status >= 500 || [409, 423, 429, 460].includes(status);

export const percent = (sent, total) => (total ? Math.floor((100 * sent) / total) : 0);

// The server's own sentence, when its answer has one.
export function sentence(body) {
  try {
    return JSON.parse(body).detail ?? "";
  } catch {
    return "";
  }
}
