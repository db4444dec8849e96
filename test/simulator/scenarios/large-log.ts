/** A build that writes any number of bytes fast, for measuring memory and throughput. */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';

export function largeLog(bytes = 100_000_000, seconds = 2): ScenarioSource {
  return {
    name: 'large-log',
    description: `${Math.round(bytes / 1_000_000)} MB of test output within ${seconds} seconds, then success`,
    steps: [
      checkout('server', 0.2),
      {
        name: '单元测试',
        mark: 'external_shell',
        moduleId: 'devcloud2018.codeci_action_20010.action',
        seconds,
        lines: [
          { text: '+ ./run-all-tests.sh --verbose', level: 'raw', at: 0 },
          { fill: bytes },
          { text: '全部测试通过。', at: seconds },
        ],
      },
    ],
  };
}
