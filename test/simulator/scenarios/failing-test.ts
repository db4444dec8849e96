/** A Maven build in which a unit test fails; a later step that always runs publishes the report. */
import type { ScenarioSource } from '../scenario.ts';
import { checkout } from './checkout.ts';
import { containerStop, mavenCompile, mavenHead, mavenModule } from './parts.ts';

export const failingTest: ScenarioSource = {
  name: 'failing-test',
  description: 'one of 17 unit tests fails; a later step publishes the report; ends as FAILURE',
  errorMessage: 'DEV.CB.0210044: 单元测试失败',
  steps: [
    checkout('server', 1),
    {
      name: 'Maven构建',
      mark: 'external_post_maven',
      moduleId: mavenModule,
      seconds: 4,
      result: 'error',
      error: { code: 'DEV.CB.0210044', message: '单元测试未通过，退出码: 1。' },
      lines: [
        ...mavenHead,
        ...mavenCompile,
        'Running com.example.demo.OrderServiceTest',
        {
          text: 'Tests run: 14, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 0.91 s <<< FAILURE! -- in com.example.demo.OrderServiceTest',
          level: 'ERROR',
        },
        {
          text: 'com.example.demo.OrderServiceTest.totalIsRounded -- Time elapsed: 0.012 s <<< FAILURE!',
          level: 'ERROR',
        },
        {
          text: 'org.opentest4j.AssertionFailedError: expected: <19.99> but was: <19.98999999>',
          level: 'raw',
        },
        {
          text: '\tat com.example.demo.OrderServiceTest.totalIsRounded(OrderServiceTest.java:41)',
          level: 'raw',
        },
        'BUILD FAILURE',
        containerStop,
      ],
    },
    {
      name: '发布测试报告',
      mark: 'publish_report',
      seconds: 0.6,
      always: true,
      lines: [{ text: '报告已生成: target/surefire-reports/index.html', tagged: true }],
    },
  ],
};
