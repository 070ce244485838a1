// Loaded first by a measured process: when it ends, it writes down the CPU time (ms) and the most memory (MiB) it has used.
import * as fs from 'fs';

process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  fs.writeFileSync(process.env.BENCH_RESULT!, JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 }));
});
