// Loaded into a measured process: its time runs BENCH_TIMES as fast from BENCH_SINCE (epoch milliseconds) on, so that
// an hour of polling passes in seconds. The simulator uses the same time.
'use strict';
const timers = require('node:timers/promises');

const times = Number(process.env.BENCH_TIMES);
const since = Number(process.env.BENCH_SINCE);
const realNow = Date.now;
const realSetTimeout = globalThis.setTimeout;
const realDelay = timers.setTimeout;

Date.now = () => since + (realNow() - since) * times;
performance.now = () => Date.now() - performance.timeOrigin;
globalThis.setTimeout = (callback, ms = 0, ...rest) => realSetTimeout(callback, ms / times, ...rest);
timers.setTimeout = (ms = 0, ...rest) => realDelay(ms / times, ...rest);
