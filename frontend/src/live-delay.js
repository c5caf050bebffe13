// SPDX-License-Identifier: Apache-2.0
// How long to wait before the next attempt to reach a live page's stream.
export const FIRST_DELAY = 1000;
const LONGEST_DELAY = 60000;
export const nextDelay = (before) => Math.min(before * 2, LONGEST_DELAY);
