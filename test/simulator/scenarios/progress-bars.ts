/** A build whose tools draw progress bars with a bare \r, use colours and leave the last line open. */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';

const bar = (percent: number) => ({
  text: `\u001b[32mDownloading\u001b[0m [${'='.repeat(percent / 5)}${' '.repeat(20 - percent / 5)}] ${percent}%`,
  level: 'raw' as const,
  end: percent === 100 ? ('\r\n' as const) : ('\r' as const),
});

const percents = Array.from({ length: 21 }, (_, index) => index * 5);

export const progressBars: ScenarioSource = {
  name: 'progress-bars',
  description: 'progress bars, ANSI colours, a line without an end',
  language: 'en',
  steps: [
    checkout('storefront', 0.5, 'en'),
    {
      name: 'Shell command',
      mark: 'external_shell',
      seconds: 4,
      lines: [
        { text: '+ ./fetch-models.sh', level: 'raw' },
        ...percents.map(bar),
        { text: 'Extracting: 1/3\rExtracting: 2/3\rExtracting: 3/3', level: 'raw' },
        { text: 'Verifying checksums... ', level: 'raw', end: '' },
        { text: 'ok', level: 'raw' },
      ],
    },
  ],
};
