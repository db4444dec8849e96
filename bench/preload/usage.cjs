// Loaded into a measured process: writes what the process has used to descriptor 3 when it ends.
'use strict';
const { readFileSync, writeSync } = require('node:fs');

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeSync(3, JSON.stringify({ peakKb: peakOf(maxRSS), cpuMs: (userCPUTime + systemCPUTime) / 1000 }));
});

/** On Linux maxRSS holds the parent's memory as well, from before this program was loaded. */
function peakOf(maxRSS) {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return maxRSS;
  }
}
