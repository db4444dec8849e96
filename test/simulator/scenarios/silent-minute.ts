/** A build that writes nothing for a minute in the middle of a test. */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';
import { containerStop, mavenHead, mavenModule } from './parts.ts';

export const silentMinute: ScenarioSource = {
  name: 'silent-minute',
  description: 'says nothing for 60 seconds in the middle, then succeeds',
  steps: [
    checkout('server', 1),
    {
      name: 'Maven构建',
      mark: 'external_post_maven',
      moduleId: mavenModule,
      seconds: 63,
      lines: [
        ...mavenHead.map((line, place) => ({
          ...(typeof line === 'string' ? { text: line } : line),
          at: 0.2 * place,
        })),
        { text: 'Running com.example.demo.LoadTest', at: 1.8 },
        {
          text: 'Tests run: 1, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 60.02 s -- in com.example.demo.LoadTest',
          at: 61.8,
        },
        { text: 'BUILD SUCCESS', at: 62 },
        { ...containerStop, at: 62.5 },
      ],
    },
  ],
};
